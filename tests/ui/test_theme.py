"""One table of colours, told apart by everybody."""

import re
from dataclasses import fields

import pytest

from recengine.ui import theme


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "gain", "loss"])
@pytest.mark.parametrize("ground", ["surface", "raised"])
def test_written_colours_are_readable(mode, ink, ground):
    colours = theme.palette(mode)
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_marks_stand_out_from_the_page(mode):
    colours = theme.palette(mode)
    for role in ("history", "recommendation", "interest", "context"):
        assert contrast(getattr(colours, role), colours.raised) >= 3


def test_categories_keep_their_colour_when_others_come_after():
    few = theme.category_colours(["Drama", "War"], theme.palette("light"))
    many = theme.category_colours(["Drama", "War", *map(str, range(30))], theme.palette("light"))
    assert few["War"] == many["War"]
    assert many["29"] == theme.palette("light").popularity


def test_css_carries_both_modes_of_every_colour():
    css = theme.css_variables()
    for field in fields(theme.Palette):
        if field.name != "mode":
            assert re.search(rf"--re-{field.name}: light-dark\(.+?\);", css)
