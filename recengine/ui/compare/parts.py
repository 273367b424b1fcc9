"""What each part of the unified ranker is worth: with it against without it."""

import pandas as pd
import streamlit as st

from recengine.engine.ablations.results import AblationStudy
from recengine.engine.paired import NDCG, NOISE
from recengine.ui import states, widgets
from recengine.ui.intervals import Scale, intervals
from recengine.ui.text import count, plain
from recengine.ui.view import View

_METRICS = {
    "ndcg@10": "Ranking quality (NDCG@10)",
    "hr@10": "Found in the first ten (HR@10)",
    "nearness": "Nearness (minus the log of the place)",
}
_COLUMNS = {
    "label": "Part",
    "metric": "Measure",
    "arm": "With it",
    "value": "Value",
    "low": "From",
    "high": "To",
    "against": "Without it",
    "against_value": "Value without",
    "against_low": "Without from",
    "against_high": "Without to",
    "difference": "Difference",
    "diff_low": "Difference from",
    "diff_high": "Difference to",
    "p_holm": "p (Holm)",
    "verdict": "Verdict",
    "seeds": "Trainings",
}


def draw_parts(view: View) -> None:
    """The whole view."""
    study = view.answers.ablation_study()
    if not study.measured:
        states.empty(
            "Nobody has measured yet what the parts of the ranker are worth on this data",
            "This view would show how much worse the lists get without dynamic items, without "
            f"item texts and without moments. Find out with `{study.command}`, which trains the "
            f"ranker anew without each; with `--ready` it measures what takes no training.",
            ":material/extension:",
        )
        return
    widgets.answer(study.sentence, f"{study.protocol}; measured with: {study.made_with}")
    with st.container(border=True, key="card_parts"):
        st.subheader("What is gained with each part", anchor=False)
        rows = part_rows(study)
        st.html(intervals(rows, "", percent=False, scale=Scale.around_zero(rows)))
        st.caption(
            "Ranking quality (NDCG@10) with the part minus without it; right of zero the part "
            "helps. Bars are 95 % intervals over people, for the trainings that stand beside them; "
            "what is drawn faded is no difference we can trust."
        )
        if study.missing:
            missing = plain(", ".join(study.missing))
            st.caption(f"Not measured here: {missing}. Find out with `{study.command}`.")
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.method(_how(study))
    table = study.table.assign(metric=study.table["metric"].map(_METRICS))
    widgets.numbers(table, "parts", _COLUMNS, "Every part with and without")


def part_rows(study: AblationStudy) -> pd.DataFrame:
    """The parts as rows of an interval chart, with what stands against what in words."""
    table = study.table[study.table["metric"] == NDCG]
    said = [
        f"{row.verdict} · {row.value:.3f} against {row.against_value:.3f} · "
        f"{count(row.seeds, 'training')}"
        for row in table.itertuples()
    ]
    bounds = {"value": "difference", "low": "diff_low", "high": "diff_high"}
    drawn = table.assign(**{name: table[found] for name, found in bounds.items()})
    return drawn.assign(ranker=table["part"], said=said, faded=table["verdict"] == NOISE)


def _how(study: AblationStudy) -> str:
    pairs = study.table.drop_duplicates("part")
    compared = "\n".join(
        f"- {plain(row.label)}: “{plain(row.arm)}” against “{plain(row.against)}”, "
        f"{count(row.seeds, 'training')}"
        for row in pairs.itertuples()
    )
    return "\n\n".join(
        (
            plain(study.protocol),
            "The same people are asked by the ranker with a part and without it:",
            compared,
            "Switching the dynamic part and not telling the moment ask the same ranker; the others "
            "are trained again by the same recipe and seed. A ranker of texts alone is not "
            "measured: its recipe always learns a vector per item.",
            "Differences are taken person by person; intervals are bootstrapped over people; "
            "verdicts are corrected for the number of parts (Holm).",
            f"Measured with `{study.made_with}`.",
        )
    )
