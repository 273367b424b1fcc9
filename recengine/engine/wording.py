"""Sentences made from the data, in the words of the reader."""

from collections.abc import Mapping, Sequence

from recengine.data.features import Feature
from recengine.explanations.words.english import listed, number

__all__ = ["ago", "feature_label", "listed", "moment", "number"]


def moment(features: Sequence[Feature], context: Mapping[str, str]) -> str:
    """The moment as the start of a sentence, such as "On a Sunday evening in winter"."""
    chosen = {
        f.name: context[f.name] for f in features if context.get(f.name, "unknown") != "unknown"
    }
    part, weekday, season = (chosen.pop(n, "") for n in ("part_of_day", "weekday", "season"))
    if weekday:
        start = f"On a {weekday} {part}".rstrip()
    elif part:
        start = "At night" if part == "night" else f"In the {part}"
    else:
        start = ""
    if season:
        start = f"{start} in {season}" if start else f"In {season}"
    labels = {feature.name: feature.label.lower() for feature in features}
    rest = listed([f"{labels[name]} {value}" for name, value in chosen.items()])
    if rest:
        start = f"{start}, with {rest}" if start else f"With {rest}"
    return start


def feature_label(feature: Feature, value: str) -> str:
    """A known fact, such as "Part of day: evening"."""
    return f"{feature.label}: {value}"


def ago(seconds: int) -> str:
    """A span of time in its largest unit."""
    for unit, size in (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3600)):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than an hour"
