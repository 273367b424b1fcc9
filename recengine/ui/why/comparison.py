"""One item against another: the difference of their scores, piece by piece."""

from recengine.engine.results import Evidence
from recengine.engine.why.results import WhyAbove
from recengine.ui.charts import why as charts
from recengine.ui.view import View
from recengine.ui.why import parts

METHOD = """
Both items are explained by the same method, and the weights of the second are taken from those of
the first. With exact contributions the differences add up to the difference of the scores: what
both items have in common cancels out, and what is left is why one stands above the other.
"""
_LABELS = {
    "kind": "Kind",
    "label": "Evidence",
    "difference": "Difference",
    "weight_a": "First item",
    "weight_b": "Second item",
}


def draw_comparison(view: View, above: WhyAbove) -> None:
    """The waterfall of differences, the badge, the numbers."""
    pieces = [
        Evidence(row.kind, row.label, float(row.difference), str(row.item_id), int(row.step))
        for row in above.evidence.itertuples()
    ]
    figure = (
        charts.waterfall(pieces, view.palette, "Difference")
        if above.adds_up
        else charts.weights(pieces, view.palette)
    )
    key = f"why_difference_{above.item_a}_{above.item_b}"
    parts.picture(view, figure, key, above.sentence, above.trust)
    meaning = f"To the right: speaks for {above.title_a}. To the left: for {above.title_b}."
    parts.badge(above.trust, meaning, METHOD)
    name = f"why_{above.item_a}_above_{above.item_b}"
    what = f"{above.title_a} against {above.title_b}, piece by piece"
    parts.numbers(
        view, above.evidence, name, _LABELS, what, above.sentence,
        method=above.method, trust=above.trust,
    )  # fmt: skip
