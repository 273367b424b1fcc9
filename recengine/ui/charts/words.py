"""Words inside charts: Plotly reads a kind of HTML in every label, titles must not become any."""

from recengine.ui.text import one_line

MINUS = "\u2212"
_MOST_DIGITS = 5


def in_chart(text: object, most: int = 0) -> str:
    """Text that Plotly shows letter by letter, cut to `most` characters if that is not 0."""
    line = one_line(text)
    if most and len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, a small one to its first digit: "+0.42", "−0.10", "−0.003"."""
    while value and digits < _MOST_DIGITS and round(value, digits) == 0:
        digits += 1
    return f"{value:+.{digits}f}".replace("-", MINUS)
