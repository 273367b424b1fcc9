"""What the item texts are worth: learnt or as they came, kept smaller, read all together."""

import pandas as pd
import streamlit as st

from recengine.engine.texts.results import TextMeasure, TextWorth
from recengine.ui import states, widgets
from recengine.ui.intervals import Scale, intervals
from recengine.ui.text import count, markup, plain, share
from recengine.ui.view import View

_SHOWN = "ndcg@10"
_GROUPS = {
    "warm": "Items it learnt from",
    "cold": "Brand-new items, among themselves",
    "blend": "Blended with what goes together",
}
_COMPARED = {
    "value": "Value",
    "low": "From",
    "high": "To",
    "difference": "Difference",
    "diff_low": "Difference from",
    "diff_high": "Difference to",
    "p_holm": "p (Holm)",
    "verdict": "Verdict",
}
_ADAPTED = {"label": "Encoder", "group": "Items", "metric": "Measure", **_COMPARED} | {
    "questions": "Questions",
    "people": "People",
}
_SIZES = {
    "label": "Vectors",
    "bytes_per_item": "Bytes an item",
    "saved": "Memory saved",
    "overlap": "Neighbours kept",
    **_COMPARED,
    "blend": "Blend, NDCG@10",
    "blend_difference": "Blend, difference",
}
_READING = {"label": "Ranker", "metric": "Measure", **_COMPARED} | {
    "seconds": "Seconds a request",
    "questions": "People",
}
_BARS = "Bars are 95 % intervals over people; what is drawn faded is no difference we can trust."


def draw_texts(view: View) -> None:
    """The whole view."""
    worth = view.answers.text_worth()
    measured = next((each for each in _all(worth) if not each.table.empty), None)
    if measured is None:
        commands = " and ".join(f"`{each.made_with}`" for each in _all(worth))
        states.empty(
            "Nobody has measured the item texts of this data yet",
            "This page would show what an encoder gains by learning from this data, for known and "
            "for brand-new items, how small its vectors can be kept, and whether reading "
            f"everything together is worth its time. Find out with {commands}.",
            ":material/text_fields:",
        )
        return
    widgets.answer(measured.sentence)
    _card("Does learning from this data help?", worth.adapted, "adapted", _ADAPTED, _by_group)
    _card("How small can item vectors be kept?", worth.sizes, "vector_sizes", _SIZES, _sizes)
    _card("Is reading it all together worth its time?", worth.reading, "reading", _READING, _read)


def _all(worth: TextWorth) -> tuple[TextMeasure, ...]:
    return (worth.adapted, worth.sizes, worth.reading)


def _card(
    title: str, measure: TextMeasure, name: str, columns: dict[str, str], drawn: object
) -> None:
    """A question with its answer, picture, table and method; or the command that answers it."""
    if measure.table.empty:
        states.empty(
            title,
            f"Nobody has measured this here yet: `{measure.made_with}`",
            ":material/straighten:",
        )
        return
    with st.container(border=True, key=f"card_{name}"):
        st.subheader(title, anchor=False)
        st.markdown(plain(measure.sentence))
        st.html(drawn(measure))  # type: ignore[operator]
        st.caption(_BARS)
        widgets.method(_method(measure))
        widgets.numbers(measure.table, name, columns, title)


def _by_group(measure: TextMeasure) -> str:
    """One small picture per group of items, each on its own scale: their tasks are not alike."""
    table = measure.table[measure.table["metric"] == _SHOWN]
    return (
        '<div class="re-multiples">' + "".join(_panel(group, table) for group in _GROUPS) + "</div>"
    )


def _panel(group: str, table: pd.DataFrame) -> str:
    rows = table[table["group"] == group]
    if rows.empty:
        return ""
    asked = count(int(rows["questions"].iloc[0]), "choice", "choices")
    return (
        f'<div class="re-multiple"><h5>{markup(_GROUPS[group])}</h5>'
        f"<small>{asked} of {count(int(rows['people'].iloc[0]), 'person', 'people')}</small>"
        f"{_bars(rows, rows['verdict'])}</div>"
    )


def _sizes(measure: TextMeasure) -> str:
    table = measure.table
    said = [
        f"{share(row.saved)} less memory · {share(row.overlap)} of neighbours kept"
        + (f" · {row.verdict}" if row.verdict else "")
        if row.saved > 0
        else "the others stand against it"
        for row in table.itertuples()
    ]
    return _bars(table, pd.Series(said, index=table.index))


def _read(measure: TextMeasure) -> str:
    table = measure.table[measure.table["metric"] == _SHOWN]
    said = table["verdict"].where(table["verdict"] != "", "the others stand against it")
    costs = table["seconds"].map(lambda each: f" · {each:.1f} s a request", na_action="ignore")
    return _bars(table, said + costs.fillna(""))


def _bars(rows: pd.DataFrame, said: pd.Series) -> str:
    faded = rows["verdict"] == "no clear difference"
    drawn = rows.assign(ranker=rows["name"], said=said, faded=faded)
    return intervals(drawn, "", percent=False, scale=Scale.of(drawn, percent=False))


def _method(measure: TextMeasure) -> str:
    facts = measure.facts
    wanted = ("split", "made", "version", "machine", "threads", "device", "people", "budgets")
    lines = [f"- {plain(name)}: {plain(facts[name])}" for name in wanted if name in facts]
    return "\n\n".join(
        [
            "Ranking quality (NDCG@10) of held-out choices. Differences are taken person by person "
            "to the first row; intervals are bootstrapped over people; verdicts are corrected for "
            "the number of comparisons (Holm).",
            f"Measured with `{measure.made_with}`.",
            "\n".join(lines),
        ]
    )
