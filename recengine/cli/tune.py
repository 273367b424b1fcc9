"""Search the settings of a ranker; nothing finished is ever lost."""

from typing import Annotated

import typer

from recengine.cli.options import DEFAULT_HOME, AsJson, Data, Device, Home
from recengine.cli.output import ProgressLines, print_json, print_sentence, print_table
from recengine.data.workspace import Workspace

SHOWN_TRIALS = 10


def tune(
    data: Data,
    ranker: Annotated[str, typer.Option("--ranker", metavar="NAME", help="Which ranker.")],
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="So many in the end, earlier runs included.")
    ] = 20,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0, help="Start no trial later than this.")
    ] = None,
    epochs: Annotated[
        int, typer.Option("--epochs", min=0, help="At most so many a trial; 0 for the usual.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same trials.")] = 0,
    device: Device = "auto",
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Search better settings for a ranker, judged on validation.

    Stopped or killed, only the running trial is lost: the same command goes on, and with more
    --trials it goes further. `recengine train --tuned` uses what was found.

    JSON keys: ranker, data, protocol, figure, usual, best, settings, made_with, sentence, trials
    (number, value, state, seconds, settings, scores, reason).
    """
    from recengine.engine import tune_ranker
    from recengine.engine.jobs import TUNE, recorded

    with (
        ProgressLines() as lines,
        recorded(Workspace(home), data, ranker, lines, TUNE) as progress,
    ):
        tuning = tune_ranker(
            data,
            ranker,
            Workspace(home),
            trials=trials,
            minutes=minutes,
            seed=seed,
            epochs=epochs,
            device=device,
            progress=progress,
        )
    if as_json:
        print_json({**vars(tuning), "sentence": tuning.sentence})
        return
    print_sentence(tuning.sentence)
    best = tuning.trials.sort_values("value", ascending=False, kind="stable").head(SHOWN_TRIALS)
    headings = {"number": "Trial", "value": tuning.figure, "state": "State", "seconds": "Seconds"}
    print_table(best, {**headings, "settings": "Settings", "reason": "Reason"})
    typer.echo(f"\n{tuning.protocol}\n{tuning.made_with}\n{tuning.next_step}")
