"""What the map says: the questions that its colours answer, and the words on its controls."""

from collections.abc import Mapping

# What colours may show: name in URLs -> (plain label, words at the low and the high end).
QUESTIONS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "category": ("Category", ("", "")),
    "score": ("Fit", ("suits them least", "suits them best")),
    "shift": ("Movement", ("stays where it is", "moves most for them")),
    "year": ("Year", ("oldest", "newest")),
    "trust": ("Trust", ("place uncertain", "place to be trusted")),
    "role": ("Plain", ("", "")),
}

WORDS: Mapping[str, str] = {
    "before": "For everyone",
    "after": "For this person now",
    "slider": "From the map for everyone (left) to the map for this person now (right)",
    "switch": "Move between the map for everyone and for this person now",
    "play": "Play from the first event to the last",
    "history": "what they did",
    "recommendation": "recommended now, with place",
    "interest": "their interest",
    "help": (
        "Arrow keys move the map, plus and minus zoom, 0 shows all, Enter selects the item in the "
        "middle, Escape lets go."
    ),
}

JOURNEY_WORDS: Mapping[str, str] = {
    **WORDS,
    "before": "first event",
    "after": "now",
    "slider": "Event of the history that the map shows",
}


def ends_words(ends: tuple[str, str] | None) -> Mapping[str, str]:
    """The words of a map that moves between two ends; the usual ends if none are named."""
    if ends is None:
        return WORDS
    before, after = ends
    return {
        **WORDS,
        "before": before,
        "after": after,
        "slider": f"From the map “{before}” (left) to the map “{after}” (right)",
        "switch": f"Move between the maps “{before}” and “{after}”",
    }
