"""The command that asks why: one item, by a method of choice, against another, or what would do."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from recengine.cli.asking import asked, asks
from recengine.cli.options import (
    DEFAULT_HOME,
    AsJson,
    Data,
    Home,
    ListLength,
    open_engine,
)
from recengine.cli.output import (
    ProgressLines,
    print_facts,
    print_json,
    print_sentence,
    print_table,
    print_trust,
)
from recengine.errors import ConfigError
from recengine.types import Request

if TYPE_CHECKING:
    from recengine.engine.results import Explanation
    from recengine.engine.why.answers import WhyAbove
    from recengine.engine.why.topic import Why


@asks
def explain(
    data: Data,
    request: Request,
    item: Annotated[str, typer.Option("--item", metavar="ITEM_ID", help="What to explain.")],
    method: Annotated[
        str, typer.Option("--method", metavar="NAME", help="How; the first that fits if left out.")
    ] = "",
    above: Annotated[
        str, typer.Option("--above", metavar="ITEM_ID", help="Why it stands above this item.")
    ] = "",
    why_not: Annotated[
        bool, typer.Option("--not", help="Why it is not among the first --k.")
    ] = False,
    change: Annotated[
        bool, typer.Option("--change", help="The least that takes it out of the list, or in.")
    ] = False,
    examples: Annotated[
        bool, typer.Option("--examples", help="What lies near it, and what similar people chose.")
    ] = False,
    attention: Annotated[
        bool, typer.Option("--attention", help="What the ranker holds while it reads: --json.")
    ] = False,
    words: Annotated[
        bool, typer.Option("--words", help="Which words answered each other, or were looked at.")
    ] = False,
    k: ListLength = 10,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Why is this item here for this person?

    JSON keys of every answer but --attention: user_id, context, ranker, feedback, without and muted
    (if anything is switched off), item_id, title, score, rank (null if it is already in the
    history), sentence, method, method_name, unit, total (what the weights sum to, null if they do
    not), adds_up, trust (verdict, sentence, score, recency, ahead, low, high, people, protocol,
    made_with: whether the method was tested and passed; null where that has no meaning), evidence
    (kind, label, weight, item_id, step, detail; strongest first).

    With --above also: item_a, title_a, rank_a, item_b, title_b, rank_b, difference; in evidence
    weight_a, weight_b, difference.

    With --not also: in_list, gap (to the last of the list), last (as with --above), against,
    in_favour (such evidence).

    With --change also: rank_before, rank_after, found, smallest, changes (kind, label, item_id,
    step, feature, value, rank_after; the same as evidence, in the order to make them), tried.

    With --examples: item_id, title, and such answers as nearest (also space, and table with title,
    cosine, value, nearer_than) and similar (also people, chose, share, low, high, base_share, and
    shared with title, people, share).

    With --words also: text (position, word, weight, compared, kind: of the item, or of all that a
    ranker read), cut; in evidence title, item_word, history_word, position. A ranker that reads the
    texts is asked by --method rollout or attention, others by the text encoder.

    With --attention: tokens (position, step, item_id, title), attention (layer, head, position that
    reads, position that is read), states (layer from the embedding on, position, dim), asked (the
    position that is scored), rollout (layer, position, position), item_id, item_tokens (token,
    kind, label, step), item_attention (head, token), trust (in the attention of the last layer as a
    reason; null without one).
    """
    given = {
        "--above": above,
        "--not": why_not,
        "--change": change,
        "--examples": examples,
        "--attention": attention,
        "--words": words,
    }
    wanted = [name for name, value in given.items() if value]
    if len(wanted) > 1:
        raise ConfigError(f"{' and '.join(wanted)} are different questions. Ask one at a time.")
    request = replace(request, k=k)
    why = open_engine(data, home).why
    if above:
        _above(why, request, item, above, method, as_json)
    elif why_not:
        _not(why, request, item, method, as_json)
    elif change:
        _change(why, request, item, as_json)
    elif examples:
        _examples(why, request, item, as_json)
    elif attention:
        _attention(why, request, item, as_json)
    elif words:
        _words(why, request, item, method, as_json)
    else:
        _why(why, request, item, method, as_json)


def _why(why: "Why", request: Request, item: str, method: str, as_json: bool) -> None:
    answer = why.explain(request, item, method)
    if as_json:
        _print_json(answer)
        return
    _print(answer)
    total = "they add up to the score" if answer.adds_up else "they do not add up to the score"
    typer.echo(f"\nScore {answer.score:.3f}; {total}.")
    print_trust(answer.method, answer.trust)


def _above(why: "Why", request: Request, item: str, other: str, method: str, as_json: bool) -> None:
    answer = why.why_above(request, item, other, method)
    if as_json:
        _print_json(answer, **_pair(answer))
        return
    _print(answer)
    print_trust(answer.method, answer.trust)


def _not(why: "Why", request: Request, item: str, method: str, as_json: bool) -> None:
    answer = why.why_not(request, item, method)
    if as_json:
        rows = _known_as(answer, difference="weight")
        sides = {
            "against": rows[rows["weight"] < 0], "in_favour": rows[rows["weight"] > 0]
        }  # fmt: skip
        last = answer.last and {**_fields(answer.last), **_pair(answer.last)}
        _print_json(answer, evidence=rows, **sides, last=last)
        return
    _print(answer)
    if answer.last is not None:
        print_trust(answer.method, answer.trust)


def _change(why: "Why", request: Request, item: str, as_json: bool) -> None:
    with ProgressLines() as progress:
        answer = why.change(request, item, progress=progress)
    if as_json:
        _print_json(answer, k=answer.request.k, changes=answer.table)
        return
    _print(answer)


def _examples(why: "Why", request: Request, item: str, as_json: bool) -> None:
    nearest, similar = why.nearest_liked(request, item), why.similar_choices(request, item)
    if as_json:
        tables = (
            {"table": _known_as(nearest, title="label", cosine="weight")},
            {"shared": _known_as(similar, title="label", share="weight")},
        )
        both = {"nearest": _fields(nearest) | tables[0], "similar": _fields(similar) | tables[1]}
        facts = {"item_id": item, "title": nearest.title}
        print_json({**asked(nearest.request), **facts, **both})
        return
    _print(nearest)
    typer.echo()
    _print(similar)


def _words(why: "Why", request: Request, item: str, method: str, as_json: bool) -> None:
    with ProgressLines() as progress:
        answer = why.words(request, item, method=method, progress=progress)
    if as_json:
        _print_json(answer)
        return
    _print(answer)
    print_trust(answer.method, answer.trust)


def _attention(why: "Why", request: Request, item: str, as_json: bool) -> None:
    answer = why.inside(request, item)
    looks = next((each for each in why.methods(request.ranker) if each.name == "attention"), None)
    if as_json:
        held = {name: value for name, value in vars(answer).items() if name != "request"}
        print_json({**asked(answer.request), **held, "trust": looks and looks.trust})
        return
    print_facts(
        {
            "attention": "layer, head, reader, read: " + _shape(answer.attention.shape),
            "states": "layer, position, dim: " + _shape(answer.states.shape),
            "asked": f"position {answer.asked}",
            "item_attention": "head, token: " + _shape(answer.item_attention.shape),
        }
    )
    if len(answer.attention):
        last = answer.attention[-1, :, answer.asked].mean(axis=0)
        headings = {"title": "Position", "weight": "Last layer"}
        print_table(answer.tokens.assign(weight=last), headings)
    if len(answer.item_attention):
        mean = answer.item_tokens.assign(weight=answer.item_attention.mean(axis=0))
        print_table(mean, {"label": "What the item attends to", "weight": "Mean over heads"})
    if looks is not None:
        print_trust(looks.label, looks.trust)


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))


def _print(answer: "Explanation") -> None:
    """The sentence, and the evidence as a table."""
    print_sentence(answer.sentence)
    if answer.evidence:
        print_table(answer.shown, answer.headings)


def _print_json(answer: "Explanation", **more: Any) -> None:
    """Any answer as one JSON object; `more` are keys of this question alone."""
    print_json({**asked(answer.request), **_fields(answer), **more})


def _fields(answer: "Explanation") -> dict[str, Any]:
    own = {name: value for name, value in vars(answer).items() if name != "request"}
    return {**own, "adds_up": answer.adds_up, "evidence": answer.table}


def _pair(answer: "WhyAbove") -> dict[str, Any]:
    """Both items of a comparison under names alike."""
    item_a = {"item_a": answer.item_id, "title_a": answer.title, "rank_a": answer.rank}
    return {**item_a, "evidence": _known_as(answer, difference="weight")}


def _known_as(answer: "Explanation", **names: str) -> pd.DataFrame:
    """The evidence with some columns once more, under the name that this question gives them."""
    table = answer.table
    return table.assign(**{name: table[column] for name, column in names.items()})
