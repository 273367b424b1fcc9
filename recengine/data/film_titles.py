"""Film titles as catalogues file them, turned into titles as people say them."""

import html
import re

_ENGLISH = ("The", "An", "A")
_FRENCH = ("La", "Le", "Les", "L'", "Un", "Une")
_SOUTHERN = ("Il", "Lo", "I", "Gli", "El", "Los", "Las", "Una", "O", "Os")
_GERMANIC = ("Der", "Die", "Das", "Den", "Det", "De", "Het", "Ein", "Eine")
_ARTICLES = "|".join((*_ENGLISH, *_FRENCH, *_SOUTHERN, *_GERMANIC))
_YEAR = re.compile(r"^(?P<name>.*?)\s*\((?P<year>\d{4})\)(?:\s*\((?:V|TV)\))?\s*$")
_FILED = re.compile(rf"(?P<rest>[^()]*[^()\s,]), (?P<article>{_ARTICLES})(?=\s*(?:[()]|$))")


def split_year(title: str) -> tuple[str, int | None]:
    """Take the year off the end: "Toy Story (1995)" is ("Toy Story", 1995)."""
    match = _YEAR.match(title)
    return (match["name"], int(match["year"])) if match else (title.strip(), None)


def readable_title(title: str) -> str:
    """Move a filed article to the front, in parentheses too: "Postino, Il" is "Il Postino"."""
    tidy = re.sub(r"\s+\)", ")", html.unescape(title.strip()))
    return _FILED.sub(_article_first, tidy).replace("(L' ", "(L'")


def _article_first(match: re.Match[str]) -> str:
    article, rest = match["article"], match["rest"]
    space = "" if article.endswith("'") else " "
    lead = rest[: len(rest) - len(rest.lstrip())]
    return f"{lead}{article}{space}{rest.lstrip()}"
