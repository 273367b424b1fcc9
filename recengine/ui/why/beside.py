"""Keep one explanation and hold the next one beside it; what is kept is in the address."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from recengine.engine.results import Explanation
from recengine.engine.why.results import MethodFacts
from recengine.ui import actions, address
from recengine.ui.address import KEPT
from recengine.ui.text import plain
from recengine.ui.view import View
from recengine.ui.why import parts
from recengine.ui.why.subject import PAGE, Subject, explained, title_of

_GLUE = "~"  # between item and method in the address
_MOMENT = "pinned"  # instead of both: the same item for the pinned question
_MOST = 8  # differences in words
_LABELS = {
    "label": "Evidence",
    "kept": "Kept",
    "present": "Present",
    "difference": "Difference",
}


def pin_button(subject: Subject, method: MethodFacts) -> None:
    """Keep the explanation on show, or let the kept one go."""
    present = f"{subject.item_id}{_GLUE}{method.name}"
    kept = address.chosen(PAGE, KEPT)
    st.button(
        "Let it go" if kept else "Keep to compare",
        icon=":material/keep_off:" if kept else ":material/keep:",
        key="why_keep",
        on_click=_put,
        args=("" if kept else present,),
        help="Keep this explanation and hold another item or method beside it.",
    )
    pinned = subject.view.pinned
    if not kept and pinned is not None and pinned != subject.view.request:
        st.button(
            "Beside the pinned question",
            icon=":material/difference:",
            key="why_keep_pinned",
            on_click=_put,
            args=(_MOMENT,),
            help=plain(f"The same item for: {actions.spoken(pinned, subject.view)}"),
        )


def draw_beside(
    subject: Subject, present: Explanation, draw: Callable[[Explanation], None]
) -> None:
    """The explanation on show, and the kept one before it if there is one that differs."""
    kept, name = _kept(subject, present)
    if kept is None:
        draw(present)
        return
    first, second = st.columns(2, gap="medium")
    with first:
        st.markdown(f"**:material/keep: {plain(name)}**")
        draw(kept)
    with second:
        st.markdown(f"**{plain(_name(subject.view, present.item_id, present.method))}**")
        draw(present)
    _draw_differences(subject.view, kept, present, name)


def _kept(subject: Subject, present: Explanation) -> tuple[Explanation | None, str]:
    view, asked = subject.view, address.chosen(PAGE, KEPT)
    if asked == _MOMENT and view.pinned is not None and view.pinned != view.request:
        ask = view.engine.why.explain
        name = f"For {actions.spoken(view.pinned, view)}"
        methods = view.answers.once(view.engine.why.methods, view.pinned.ranker)
        known = {each.name for each in methods}
        method = present.method_name if present.method_name in known else ""
        return view.answers.once(ask, view.pinned, present.item_id, method), name
    item_id, _, method = asked.partition(_GLUE)
    facts = subject.methods()
    if item_id not in view.dataset.item_ids or method not in facts:
        return None, ""
    if (item_id, method) == (present.item_id, present.method_name):
        return None, ""
    found = explained(view, item_id, facts[method])
    return found, _name(view, item_id, facts[method].label)


def _draw_differences(view: View, kept: Explanation, present: Explanation, name: str) -> None:
    """The evidence whose weight differs most, of explanations in the same unit."""
    if kept.unit != present.unit:
        st.caption("The two measure in different units, so their weights are not compared.")
        return
    table = differences(kept, present)
    top = table.iloc[0]
    told = (
        f"Furthest apart: {top['label']}, {parts.short(top['kept'])} in the kept one and "
        f"{parts.short(top['present'])} now."
    )
    st.markdown(plain(told))
    parts.numbers(
        view, table, "why_beside", _LABELS, f"Differences to: {name}", told,
        method=present.method, trust=present.trust,
    )  # fmt: skip


def differences(kept: Explanation, present: Explanation) -> pd.DataFrame:
    """label, kept, present, difference of every piece of evidence, the largest first."""
    sums = [
        pd.DataFrame([(one.label, one.weight) for one in each.evidence], columns=["label", side])
        .groupby("label", sort=False)[side]
        .sum()
        for side, each in (("kept", kept), ("present", present))
    ]
    table = pd.concat(sums, axis=1).fillna(0.0).rename_axis("label").reset_index()
    table["difference"] = table["present"] - table["kept"]
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _name(view: View, item_id: str, method: str) -> str:
    return f"{title_of(view, item_id)}, by {method}"


def _put(kept: str) -> None:
    address.choose(PAGE, **{KEPT: kept})
