"""One item against another: the difference of their scores, piece by piece."""

from recengine.engine.why.answers import WhyAbove
from recengine.ui.charts import why as charts
from recengine.ui.view import View
from recengine.ui.why import parts

METHOD = """
Both items are explained by the same method, and the weights of the second are taken from those of
the first. With exact contributions the differences add up to the difference of the scores: what
both items have in common cancels out, and what is left is why one stands above the other.
"""


def draw_comparison(view: View, above: WhyAbove) -> None:
    """The waterfall of differences, the badge, the numbers."""
    figure = (
        charts.waterfall(above.evidence, view.palette, "Difference")
        if above.adds_up
        else charts.weights(above.evidence, view.palette)
    )
    key = f"why_difference_{above.item_id}_{above.item_b}"
    parts.picture(view, figure, key, above.sentence, above.trust)
    meaning = f"To the right: speaks for {above.title}. To the left: for {above.title_b}."
    parts.badge(above.trust, meaning, METHOD)
    name = f"why_{above.item_id}_above_{above.item_b}"
    what = f"{above.title} against {above.title_b}, piece by piece"
    parts.evidence(view, above, name, what)
