"""Small drawings for the doors to the pages, as SVG text in the colours of the mode on show."""

from recengine.ui.theme import Palette

_WIDTH, _HEIGHT = 260, 92
Length = int | float


def _svg(content: str, said: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{said}">{content}</svg>'
    )


def _dot(x: Length, y: Length, colour: str, radius: Length = 3.5, opacity: Length = 1) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}" opacity="{opacity}"/>'


def _diamond(x: Length, y: Length, colour: str, size: Length = 6) -> str:
    corners = f"{x},{y - size} {x + size},{y} {x},{y + size} {x - size},{y}"
    return f'<polygon points="{corners}" fill="{colour}"/>'


def meet_a_person(colours: Palette) -> str:
    """A short list of cards."""
    rows = []
    parts = (colours.taste, colours.events, colours.context, colours.popularity)
    for row, widths in enumerate(((60, 44, 30, 16), (52, 40, 22, 14), (44, 26, 24, 12))):
        top, left = 10 + 27 * row, 62
        rows.append(
            f'<rect x="16" y="{top}" width="228" height="21" rx="7" fill="{colours.raised}" '
            f'stroke="{colours.grid}"/>' + _diamond(34, top + 10.5, colours.recommendation, 5)
        )
        for width, colour in zip(widths, parts, strict=True):
            rows.append(
                f'<rect x="{left}" y="{top + 7.5}" width="{width}" height="6" fill="{colour}"/>'
            )
            left += width
    return _svg("".join(rows), "Cards with bars")


def see_the_catalogue_move(colours: Palette) -> str:
    """Dots that drift towards a star."""
    around = [(40, 22), (66, 62), (92, 30), (112, 70), (58, 38), (214, 24), (224, 66), (86, 76)]
    moving = [(118, 28, 148, 38), (196, 78, 176, 62), (128, 58, 150, 54), (204, 44, 184, 46)]
    grey = "".join(_dot(x, y, colours.muted, 3.2, 0.45) for x, y in around)
    trails = "".join(
        f'<line x1="{x}" y1="{y}" x2="{a}" y2="{b}" stroke="{colours.recommendation}" '
        f'stroke-width="1.6" opacity="0.55"/>' + _diamond(a, b, colours.recommendation, 5)
        for x, y, a, b in moving
    )
    star = (
        '<path transform="translate(166 49) scale(1.05)" d="M0-9 2.6-2.8 9.3-2.3 4.2 2 5.8 8.5 0 5'
        f'-5.8 8.5-4.2 2-9.3-2.3-2.6-2.8Z" fill="{colours.interest}"/>'
    )
    return _svg(grey + trails + star, "Dots moving towards a star")


def follow_a_taste(colours: Palette) -> str:
    """Three streams whose widths change."""
    streams = (
        (colours.history, "M10 12C70 8 120 40 250 16V34C120 60 70 34 10 40Z", 0.85),
        (colours.interest, "M10 42C70 36 120 62 250 36V66C120 74 70 52 10 56Z", 0.85),
        (colours.context, "M10 58C70 54 120 76 250 68V82H10Z", 0.85),
    )
    paths = "".join(f'<path d="{d}" fill="{c}" opacity="{o}"/>' for c, d, o in streams)
    flag = (
        f'<line x1="150" y1="8" x2="150" y2="84" stroke="{colours.text}" stroke-dasharray="3 3" '
        f'opacity="0.6"/>{_dot(150, 10, colours.selected, 4.5)}'
    )
    return _svg(paths + flag, "Streams that widen and narrow")


def ask_why(colours: Palette) -> str:
    """A waterfall."""
    steps = (
        (20, 34, 50, colours.taste),
        (62, 22, 26, colours.events),
        (104, 14, 18, colours.context),
        (146, 14, 12, colours.loss),
        (188, 26, 58, colours.recommendation),
    )
    bars = "".join(
        f'<rect x="{x}" y="{y}" width="32" height="{h}" rx="4" fill="{colour}"/>'
        for x, y, h, colour in steps
    )
    line = f'<line x1="12" y1="84" x2="232" y2="84" stroke="{colours.grid}" stroke-width="2"/>'
    return _svg(line + bars, "Bars that add up")
