"""Names for groups of items, made of what their items have in common.

A name is made of the categories, decades and words that are frequent inside a group and rare
outside: share inside x log(share inside / share overall), the contribution of a term to the
Kullback-Leibler divergence of the group from the catalogue.
Axes: item = items, term = terms, group = groups of items.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy import sparse

from recengine.types import CATEGORIES, DESCRIPTION, TITLE, YEAR

MIN_STRENGTH = 0.02  # of a term that says anything at all
CONSIDERED = 5  # strongest terms of a group that may be in its name
MIN_ITEMS = 8  # fewer have nothing in common that could be told from chance
SECOND_TERM = 0.4  # a second term is added if it says at least this much of what the first says
WORD = r"(?u)\b[^\W\d_]{3,}\b"
WORD_WEIGHT, DECADE_WEIGHT = 0.8, 0.6  # they have to say more than a category to be preferred


def group_names(items: pd.DataFrame, group: Int[np.ndarray, " item"]) -> list[str]:
    """A name per group, from group 0 on; "" where the items have nothing to tell them by.

    No name occurs twice: the largest groups choose first.

    Args:
        items: the item table.
        group: of each item; numbers from 0 without gaps.
    """
    sizes = np.bincount(group)
    names = [""] * len(sizes)
    if not len(sizes):
        return names
    vocabulary = _vocabulary(items)
    strength = _strengths(vocabulary, group)
    taken: set[frozenset[int]] = set()
    for number in np.argsort(-sizes, kind="stable"):
        chosen = _choose(strength[number], vocabulary, taken)
        if chosen and sizes[number] >= MIN_ITEMS:
            taken.add(frozenset(chosen))
            # Categories and words come before decades, whichever is the stronger.
            names[number] = ", ".join(vocabulary.terms[term] for term in sorted(chosen))
    return names


@dataclass(frozen=True)
class _Vocabulary:
    """Terms (categories, then words, then decades) and which item has which."""

    terms: list[str]
    weights: Float[np.ndarray, " term"]
    first_decade: int
    present: sparse.csr_matrix


def _vocabulary(items: pd.DataFrame) -> _Vocabulary:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    categories = items[CATEGORIES] if CATEGORIES in items else [[]] * len(items)
    years = pd.to_numeric(items[YEAR], errors="coerce") if YEAR in items else pd.Series(dtype=float)
    years = years.reindex(items.index).to_numpy(dtype=float)
    texts = items[TITLE].fillna("")
    if DESCRIPTION in items:
        texts = texts + " " + items[DESCRIPTION].fillna("")
    names = " ".join({name for names in categories for name in names})
    ignored = ENGLISH_STOP_WORDS.union(re.findall(WORD, names.lower()))
    decades = [[] if np.isnan(year) else [f"{int(year) // 10 * 10}s"] for year in years]
    groups = (
        _counted(categories, analyzer=list),
        _counted(texts, token_pattern=WORD, stop_words=sorted(ignored), min_df=MIN_ITEMS),
        _counted(decades, analyzer=list),
    )
    terms = [term[:1].upper() + term[1:] for _, group in groups for term in group]
    sizes = [len(group) for _, group in groups]
    weights = np.repeat(np.array([1.0, WORD_WEIGHT, DECADE_WEIGHT]), sizes)
    present = sparse.hstack([counts for counts, _ in groups]).tocsr()
    return _Vocabulary(terms, weights, len(terms) - sizes[-1], present)


def _counted(documents: Iterable, **options: Any) -> tuple[sparse.csr_matrix, list[str]]:
    """Which document has which term."""
    from sklearn.feature_extraction.text import CountVectorizer

    documents = list(documents)
    counter = CountVectorizer(binary=True, **options)
    try:
        return counter.fit_transform(documents), list(counter.get_feature_names_out())
    except ValueError:  # how it says that no term is left
        return sparse.csr_matrix((len(documents), 0)), []


def _strengths(
    vocabulary: _Vocabulary, group: Int[np.ndarray, " item"]
) -> Float[np.ndarray, "group term"]:
    """How much each term tells a group from the rest of the catalogue."""
    member = sparse.csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))))
    inside = (member @ vocabulary.present).toarray() / np.asarray(member.sum(axis=1))
    overall = np.asarray(vocabulary.present.mean(axis=0)).ravel()
    ratio = np.maximum(inside, 1e-9) / np.maximum(overall, 1e-9)
    return vocabulary.weights * inside * np.log(ratio)


def _choose(
    strength: Float[np.ndarray, " term"], vocabulary: _Vocabulary, taken: set[frozenset[int]]
) -> list[int]:
    """The strongest term, a second if it says much, a third to tell it from names in use."""
    order = np.argsort(-strength, kind="stable")[:CONSIDERED]
    chosen: list[int] = []
    for term in map(int, order[strength[order] > MIN_STRENGTH]):
        decade = term >= vocabulary.first_decade
        if decade and any(other >= vocabulary.first_decade for other in chosen):
            continue
        says_much = len(chosen) < 2 and strength[term] >= SECOND_TERM * strength[order[0]]
        if not chosen or says_much or frozenset(chosen) in taken:
            chosen.append(term)
    return [] if frozenset(chosen) in taken else chosen
