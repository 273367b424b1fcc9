"""What an audit found, sentence by sentence, in the language asked for."""

import pandas as pd

from recengine.engine.why.audit_results import Audit
from recengine.explanations.words import AUDITS, language

ENOUGH_PEOPLE = 30  # of whom a fact must be known to be named
MOST_KINDS = 2  # named in the headline
LEAST_KIND = 0.1  # share of a kind that is named


def headline(found: Audit, label: str, code: str) -> str:
    """What many first items rest on, and how many are odd; `label` is the ranker's.

    Raises:
        UnknownNameError: a language that is not spoken here.
    """
    language(code)
    if code not in AUDITS:
        return found.sentence
    tell = AUDITS[code]
    if not found.splits:
        return tell.no_sum(label, found.people)
    kinds = found.kinds[found.kinds["share"] >= LEAST_KIND]
    top = kinds.sort_values("share", ascending=False).head(MOST_KINDS)
    odd = found.odd[found.odd["count"] > 0]
    return tell.rests(
        found.people,
        found.population,
        list(zip(top["kind"], top["share"], strict=True)),
        list(zip(odd["name"], odd["count"], strict=True)),
        int(found.cases["odd"].map(bool).sum()),
    )


def strongest_fact(features: pd.DataFrame, code: str) -> str:
    """The fact of moment or profile that says most."""
    enough = features[features["people"] >= ENOUGH_PEOPLE]
    tell = AUDITS.get(code)
    if enough.empty:
        none = f"No single fact of moment or profile is known for {ENOUGH_PEOPLE} people or more."
        return tell.no_fact(ENOUGH_PEOPLE) if tell else none
    top = enough.iloc[0]
    fact = top["kind"], top["feature"], top["value"]
    if tell:
        return tell.fact(*fact, top["share"], int(top["people"]), int(top["decisive"]))
    return (
        f"The fact that says most: {top['feature']}: {top['value']}, {top['share']:.1%} of what "
        f"speaks for the first item among {top['people']:,} people; it decides for "
        f"{top['decisive']:,}."
    )


def driving_category(categories: pd.DataFrame, code: str) -> str:
    """The category whose events say most beyond its share."""
    top = categories.loc[(categories["share"] - categories["base"]).idxmax()]
    if code in AUDITS:
        return AUDITS[code].category(top["category"], top["share"], top["base"])
    return (
        f"{top['category']} drives most beyond its share: {top['share']:.0%} of what events say, "
        f"{top['base']:.0%} of the histories."
    )


def driving_choice(events: pd.DataFrame, code: str) -> str:
    """The choice that says most for most people's first item."""
    top = events.iloc[0]
    title, people, having = str(top["title"]), int(top["people"]), int(top["having"])
    if code in AUDITS:
        return AUDITS[code].choice(title, people, having)
    many = "1 person" if people == 1 else f"{people:,} people"
    return f"“{title}” says most for the first item of {many}, of {having:,} who chose it."


def oddity(row: pd.Series, people: int, code: str) -> tuple[str, str]:
    """How many of the people looked at are odd in one way, and what that means."""
    count, low, high = int(row["count"]), row["low"], row["high"]
    if code in AUDITS:
        return AUDITS[code].oddity(row["name"], count, people, (row["share"], low, high))
    many = "1 person" if count == 1 else f"{count:,} people"
    how_many = f"{many} of {people:,} ({row['share']:.1%}, from {low:.1%} to {high:.1%})."
    return how_many, str(row["meaning"])


def standing_out(groups: pd.DataFrame, code: str) -> str:
    """The group in which one oddity is more frequent than chance explains, if there is one."""
    above = groups[groups["stands_out"]].sort_values("low", ascending=False)
    tell = AUDITS.get(code)
    if above.empty:
        many = "1 group" if len(groups) == 1 else f"{len(groups):,} groups"
        none = f"{many} of {ENOUGH_PEOPLE} people or more compared: none stands out beyond chance."
        return tell.none_stands_out(len(groups), ENOUGH_PEOPLE) if tell else none
    worst = above.iloc[0]
    shares = worst["share"], worst["low"], worst["high"]
    if tell:
        return tell.stands_out(worst["slice"], worst["value"], int(worst["people"]), shares)
    return (
        f"{worst['slice']}: {worst['value']} has it more often: {worst['share']:.1%} of "
        f"{worst['people']:,} people, from {worst['low']:.1%} to {worst['high']:.1%}: more "
        "than chance explains, all groups considered."
    )
