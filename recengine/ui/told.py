"""What the person on show said in this session: kept, written into the address, taken back.

A remark belongs to one person of one dataset; another person has said nothing yet. In the address
it is short: `told=m318~l12~n7` says more like 318, less like 12, not now 7.
"""

from collections.abc import Callable, Container, Mapping
from urllib.parse import quote, unquote

import streamlit as st

from recengine.types import LESS, MORE, NOT_NOW
from recengine.ui import address, widgets
from recengine.ui.charts import feedback as charts
from recengine.ui.text import count, markup, one_line, plain
from recengine.ui.view import Answers, View

Remarks = tuple[tuple[str, str], ...]

MOST_REMARKS = 30  # the oldest are forgotten, so that the address stays an address
_LETTERS = {"m": MORE, "l": LESS, "n": NOT_NOW}
_BETWEEN = "~"
_KEPT = "told_in_session"


def spelled(remarks: Remarks) -> str:
    """Remarks as the address holds them."""
    letters = {verdict: letter for letter, verdict in _LETTERS.items()}
    return _BETWEEN.join(
        letters[verdict] + quote(item, safe="").replace(_BETWEEN, "%7E")
        for item, verdict in remarks
    )


def read(text: str, known: Container[str]) -> tuple[Remarks, int]:
    """Remarks of an address, and how many were passed over as they name nothing known."""
    parts = [part for part in text.split(_BETWEEN) if part]
    pairs = [(unquote(part[1:]), _LETTERS.get(part[0], "")) for part in parts]
    legal = tuple((item, verdict) for item, verdict in pairs if verdict and item in known)
    return legal[-MOST_REMARKS:], len(parts) - len(legal)


def of(serial: str, user_id: str) -> Remarks:
    """What was said so far about one person's lists."""
    kept: dict[tuple[str, str], Remarks] = st.session_state.get(_KEPT, {})
    return kept.get((serial, user_id), ())


def put(serial: str, user_id: str, remarks: Remarks) -> None:
    """Replace what was said."""
    st.session_state.setdefault(_KEPT, {})[serial, user_id] = remarks[-MOST_REMARKS:]


def settle(
    answers: Answers, user_id: str, asked: Mapping[str, str], note: Callable[[str], None]
) -> Remarks:
    """What counts now: what an address asks for, or what was said before."""
    if address.TOLD in asked:
        remarks, passed_over = read(asked[address.TOLD], answers.engine.dataset.item_ids)
        if passed_over:
            note(
                f"{passed_over} of the remarks in this link name no item of this catalogue; "
                f"they are left out."
            )
        put(answers.serial, user_id, remarks)
    elif address.USER in asked:  # a whole address without remarks
        put(answers.serial, user_id, ())
    return of(answers.serial, user_id)


def say(view: View, item_id: str, verdict: str) -> None:
    """Callback: say something about an item; the same once more takes it back."""
    said = of(view.answers.serial, view.request.user_id)
    others = tuple(pair for pair in said if pair[0] != item_id)
    again = (item_id, verdict) in said
    _change(view, others if again else (*others, (item_id, verdict)))


def draw(view: View) -> None:
    """What was said and what it did, with a way back; nothing as long as nothing was said."""
    if not view.request.feedback:
        return
    told = view.answers.told(view.request)
    with st.container(border=True, key="told", gap="small"):
        st.html(
            f'<div class="re-said-what"><span class="re-label">You said</span>'
            f"{chips(view)}</div>"
            f'<div class="re-said-did" role="status">{markup(told.sentence)}</div>'
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            said = view.request.feedback
            st.button(
                "Undo",
                icon=":material/undo:",
                key="told_undo",
                on_click=_change,
                args=(view, said[:-1]),
                help="Take back the last thing you said.",
            )
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                key="told_reset",
                type="tertiary",
                on_click=_change,
                args=(view, ()),
                help=f"Forget {count(len(said), 'remark')}: the list is as it was.",
            )
            widgets.method(_METHOD)


def chips(view: View) -> str:
    """Every remark as a chip with its sign."""
    items = view.dataset.items
    return "".join(
        f'<span class="re-chip re-said-{verdict}">{_SIGNS[verdict]} '
        f"{markup(one_line(items['title'].iat[view.dataset.item_index(item) - 1], 40))}</span>"
        for item, verdict in view.request.feedback
    )


def draw_proof(view: View) -> None:
    """Whether telling it helped people whose next choices are known."""
    proof = view.answers.proof(view.request.ranker)
    if proof is None:
        return
    drawer = st.expander(
        "Does telling it help?", icon=":material/experiment:", key="told_proof", on_change="rerun"
    )
    if not drawer.open:
        return
    with drawer:
        st.markdown(f"**{plain(proof.sentence)}**")
        st.plotly_chart(
            charts.gains(proof, view.request.ranker, view.palette),
            theme=None,
            config={"displayModeBar": False},
            key="told_gains",
            alt=proof.sentence,
        )
        facts = proof.facts[view.request.ranker]
        st.caption(
            plain(
                f"{proof.description}. People who helped to choose how much a remark counts are "
                f"left out. Learning all of it takes {facts['milliseconds']:.0f} ms. Made with: "
                f"{facts['made_with']}"
            )
        )
        mine = proof.table[proof.table["ranker"] == view.request.ranker]
        widgets.numbers(mine, "feedback", charts.COLUMNS, "Gains by what was told, with intervals")


def _change(view: View, remarks: Remarks) -> None:
    """Callback: what counts from now on; every page's question changes, so all of it runs again."""
    put(view.answers.serial, view.request.user_id, remarks)
    address.changed_by_hand()
    st.rerun()


_SIGNS = {MORE: "+", LESS: "−", NOT_NOW: "◌"}
_METHOD = """
What you say is learnt in a few gradient steps and belongs to this session alone: no weight of the
model changes, so nobody else's list does. **More** and **less** carry to items that lie near in the
ranker's own space, or that go together with the item where the ranker counts what goes together.
How much each remark counts is held back twice: each is pulled towards nothing, and all of them
together may not vary the scores more than the ranker itself does. **Not now** hides one item.

The same number can be seen in two ways: your interest moves (the star on the map), or every item
bends by one matrix of rank 1 (the dots). Undo leaves out the last remark and learns anew.
"""
