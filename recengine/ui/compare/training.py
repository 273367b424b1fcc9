"""Rankers that are not trained on this data yet, and their training, beside everything else."""

import streamlit as st

from recengine.engine.comparison.results import Job, JobStatus, Untrained
from recengine.ui.states import calm_errors
from recengine.ui.text import plain
from recengine.ui.view import View

SECONDS_BETWEEN_LOOKS = 1.5
_SEEN = "compare_untrained"  # who was untrained when the panel was last drawn


def draw_training(view: View) -> None:
    """The panel; while something is trained it looks again now and then, else it keeps still."""
    waiting = view.engine.untrained()
    st.session_state[_SEEN] = [each.ranker for each in waiting]
    if not waiting:
        return
    running = any(each.job.status is JobStatus.RUNNING for each in waiting)
    st.fragment(_panel, run_every=SECONDS_BETWEEN_LOOKS if running else None)(view, running)


@calm_errors()
def _panel(view: View, was_running: bool) -> None:
    waiting = view.engine.untrained()
    running = any(each.job.status is JobStatus.RUNNING for each in waiting)
    if running != was_running or [each.ranker for each in waiting] != st.session_state[_SEEN]:
        st.rerun()  # a new ranker for the sidebar, or another rhythm of looking
    busy = [each for each in waiting if each.job.status is not JobStatus.NONE]
    title = f"Not trained on this data yet: {len(waiting)}"
    with st.expander(title, icon=":material/model_training:", expanded=bool(busy)):
        st.caption(
            "Training runs beside the dashboard, with low priority; it goes on when the page is "
            "closed. A trained ranker appears in the sidebar."
        )
        for each in [*busy, *(one for one in waiting if one not in busy)]:
            with st.container(key=f"training_{each.ranker}"):
                _draw_one(view, each)


def _draw_one(view: View, each: Untrained) -> None:
    job = each.job
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(each.label)}**", width="stretch")
        if job.status is JobStatus.RUNNING:
            _button("Cancel", ":material/stop_circle:", view.engine.cancel_training, each)
        elif job.status is JobStatus.STOPPED:
            _button("Resume", ":material/resume:", view.engine.start_training, each)
        elif job.status is JobStatus.FAILED:
            _button("Try again", ":material/refresh:", view.engine.start_training, each)
        else:
            _button("Train", ":material/play_arrow:", view.engine.start_training, each)
    if job.status is JobStatus.RUNNING:
        st.progress(part(job), text=plain(told(job)))
    elif job.status is JobStatus.STOPPED:
        st.caption(f":material/pause_circle: Stopped. {plain(told(job))} {plain(job.error)}")
    elif job.status is JobStatus.FAILED:
        st.error(plain(job.error), icon=":material/error:")
    elif each.needs:
        st.caption(f"Train first: {plain(', '.join(each.needs))}.")


def _button(label: str, icon: str, act: object, each: Untrained) -> None:
    st.button(
        label,
        icon=icon,
        key=f"{label}_{each.ranker}",
        on_click=act,  # type: ignore[arg-type]
        args=(each.ranker,),
        disabled=bool(each.needs) and label != "Cancel",
        help=f"{label}: {plain(each.label)}",
    )


def part(job: Job) -> float:
    """How far a training is, 0 to 1; 0 if that is not known."""
    return min(job.done / job.total, 1.0) if job.total else 0.0


def told(job: Job) -> str:
    """What a training does and how far it is, in words."""
    if not job.stage:
        return "Getting ready" if job.status is JobStatus.RUNNING else ""
    counted = f", {part(job):.0%}" if job.total else ""
    return f"{job.stage}{counted} ({job.seconds:,.0f} s)"
