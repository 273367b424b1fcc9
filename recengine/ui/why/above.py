"""Why A above B?"""

from recengine.ui import states
from recengine.ui.why import told
from recengine.ui.why.comparison import draw_comparison
from recengine.ui.why.subject import Subject, choose_second, present_items


def draw_above(subject: Subject) -> None:
    """The whole answer."""
    view = subject.view
    options = {
        item: label for item, label in present_items(subject.listed).items()
        if item != subject.item_id
    }  # fmt: skip
    ordered = list(present_items(subject.listed))
    after = ordered.index(subject.item_id) + 1 if subject.item_id in ordered else 0
    default = next((item for item in ordered[after:] if item in options), next(iter(options), ""))
    second = choose_second(view, "Above or below", options, default)
    if not second or second == subject.item_id:
        states.empty(
            "One item cannot stand above itself",
            "Choose two different items: one in the list, another beside it.",
            ":material/swap_vert:",
        )
        return
    above = view.answers.once(view.engine.why.why_above, view.request, subject.item_id, second)
    with subject.headline:
        sentence = view.engine.telling.answer(above, told.language())
        told.answer(view, sentence, _standing(above.rank, above.rank_b))
    draw_comparison(view, above)


def _standing(first: int | None, second: int | None) -> str:
    places = [f"number {rank:,}" if rank else "already seen" for rank in (first, second)]
    return f"{places[0][:1].upper()}{places[0][1:]} against {places[1]}"
