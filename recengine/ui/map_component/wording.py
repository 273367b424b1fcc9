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
