"""Counts over the cases of an audit: overall, by group, by feature, by category, what is odd."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.stats import binomtest, fisher_exact

from recengine.engine.state import State
from recengine.engine.why.audit_results import ODDITIES, OLD_EVENT, POPULARITY, PROFILE, Audit
from recengine.engine.wording import listed, number
from recengine.evaluation.bootstrap import bootstrap_mean
from recengine.evaluation.slices import ENOUGH
from recengine.explanations import methods_for
from recengine.explanations.audit import KINDS
from recengine.types import ITEM_ID, TITLE

MEANINGS = {
    OLD_EVENT: "Without one event, the strongest and more than 20 events back, another item would "
    "be first.",
    POPULARITY: "At least half of what speaks for the item is that everybody likes it.",
    PROFILE: "Without a field of the profile (such as age or gender) another item would be first.",
}
_LABELS = {
    "taste": "the overall taste",
    "events": "remembered events",
    "prior": "what goes together with past events",
    "context": "the moment",
    "profile": "the profile",
    "popularity": "popularity",
}
_THIRDS = ("fewest events", "middle", "most events")
_NOUNS = {
    OLD_EVENT: "one old event",
    POPULARITY: "popularity by half or more",
    PROFILE: "the profile",
}
GROUP = ("group", "member", "members")  # where the measure has a value and people of its own
Group = tuple[str, str, np.ndarray]
Measure = Callable[[pd.DataFrame], pd.DataFrame]


def tables_of(
    state: State, ranker: str, cases: pd.DataFrame, population: int, splits: bool, command: str
) -> Audit:
    """All counts of an audit."""
    groups = list(_groups(state, cases))
    kinds = _kinds(cases).assign(
        decisive=[int(cases["decisive"].map(lambda d, k=kind: k in d).sum()) for kind in KINDS]
    )
    odd = _odd(cases)
    shown = ["field_shares", "context_fields", "driving", "base"]
    return Audit(
        ranker=ranker,
        people=len(cases),
        population=population,
        splits=splits,
        kinds=kinds,
        slices=_by_group(cases, groups, _kinds),
        features=_features(cases),
        feature_slices=_by_group(cases, groups, _features, names=GROUP),
        categories=_categories(cases),
        category_slices=_by_group(cases, groups, _categories, names=GROUP),
        events=_events(state, cases),
        odd=odd,
        odd_slices=_marked(_by_group(cases, groups, _odd).rename(columns={"name": "odd"}), odd),
        cases=cases.drop(columns=shown),
        made_with=command,
        sentence=_sentence(state, ranker, cases, kinds, odd, population, splits),
    )


def _kinds(cases: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for kind in KINDS:
        found = bootstrap_mean(cases[f"share_{kind}"].to_numpy(dtype=float), resamples=400)
        rows.append((kind, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["kind", "share", "low", "high"])


def _odd(cases: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, label in ODDITIES.items():
        count = int(cases["odd"].map(lambda names, n=name: n in names).sum())
        interval = binomtest(count, len(cases)).proportion_ci(method="wilson")
        share = count / len(cases)
        rows.append((name, label, MEANINGS[name], count, share, interval.low, interval.high))
    return pd.DataFrame(rows, columns=["name", "label", "meaning", "count", "share", "low", "high"])


def _by_group(
    cases: pd.DataFrame,
    groups: list[Group],
    measure: Measure,
    names: tuple[str, str, str] = ("slice", "value", "people"),
) -> pd.DataFrame:
    """A measure for each group; `names` are those of the columns that tell the group."""
    tables = []
    for name, value, mask in groups:
        people = int(mask.sum())
        if not people:
            continue
        table = measure(cases[mask])
        for place, told in enumerate((name, value, people)):
            table.insert(place, names[place], told)
        tables.append(table.assign(enough=people >= ENOUGH))
    return pd.concat(tables, ignore_index=True)


def _marked(groups: pd.DataFrame, odd: pd.DataFrame) -> pd.DataFrame:
    """With `stands_out`: more frequent than among all others, by more than chance explains.

    Fisher's exact test, one-sided, at 5 % shared out among all groups that are compared
    (Bonferroni), so that one case in a small group is no finding.
    """
    counts = dict(zip(odd["name"], odd["count"], strict=True))
    people = int(groups.loc[groups["slice"] == "Activity", "people"].sum() / max(len(odd), 1))
    compared = max(int(groups["enough"].sum()) // max(len(odd), 1), 1)
    found = []
    for row in groups.to_dict("records"):
        mine, others = row["count"], counts[row["odd"]] - row["count"]
        rest = people - row["people"] - others
        table = [[mine, row["people"] - mine], [others, max(rest, 0)]]
        p = float(fisher_exact(table, alternative="greater").pvalue)
        found.append(bool(row["enough"] and p * compared < 0.05))
    return groups.assign(stands_out=found)


def _groups(state: State, cases: pd.DataFrame) -> Iterator[Group]:
    """By how active people are, and by each field of their profile."""
    dataset = state.dataset
    users = dataset.user_ids.get_indexer(cases["user_id"])
    lengths = dataset.log.lengths[users]
    low, high = np.quantile(lengths, [1 / 3, 2 / 3], method="lower")
    third = (lengths > low).astype(int) + (lengths > high)
    for place, label in enumerate(_THIRDS):
        yield "Activity", label, third == place
    for column, feature in enumerate(dataset.profile_features):
        for code, value in enumerate(feature.values, start=1):
            yield feature.label, value, dataset.profiles[users, column] == code


def _features(cases: pd.DataFrame) -> pd.DataFrame:
    """Every value of every feature: how many have it, how much it says, how often it decides."""
    columns = ["kind", "feature", "value", "share", "decides"]
    rows = [
        (kind, feature, value, share, feature in (*case.profile_fields, *case.context_fields))
        for case in cases.itertuples()
        for kind, feature, value, share in case.field_shares
    ]
    table = pd.DataFrame(rows, columns=columns)
    if table.empty:
        return pd.DataFrame(columns=["kind", "feature", "value", "people", "share", "decisive"])
    grouped = table.groupby(["kind", "feature", "value"], as_index=False).agg(
        people=("share", "size"), share=("share", "mean"), decisive=("decides", "sum")
    )
    grouped = grouped[(grouped["share"] > 0) | (grouped["decisive"] > 0)]
    return grouped.sort_values(
        ["share", "people"], ascending=False, ignore_index=True, kind="stable"
    )


def _categories(cases: pd.DataFrame) -> pd.DataFrame:
    """Whose events drive the lists, beside how frequent they are in the same histories."""
    told = cases[cases["driving"].map(bool)]  # for whom some event speaks at all
    driving = pd.DataFrame(told["driving"].tolist()).fillna(0.0).mean()
    base = pd.DataFrame(told["base"].tolist()).fillna(0.0).mean()
    table = pd.DataFrame({"share": driving, "base": base}).fillna(0.0)
    table = table.rename_axis("category").reset_index()
    return table.sort_values("share", ascending=False, ignore_index=True, kind="stable")


def _events(state: State, cases: pd.DataFrame) -> pd.DataFrame:
    """Which chosen items most often say most for a first item, and how many have chosen them."""
    told = cases[cases["event_id"] != ""]
    grouped = told.groupby(["event_id", "event"], as_index=False).agg(
        people=("event_share", "size"),
        share=("event_share", "mean"),
        decisive=("event_decides", "sum"),
    )
    dataset = state.dataset
    users = dataset.user_ids.get_indexer(cases["user_id"])
    chosen = [np.unique(dataset.log.items[dataset.log.span(user)]) for user in users.tolist()]
    having = np.bincount(np.concatenate(chosen), minlength=1 + dataset.num_items)
    rows = [dataset.item_index(item_id) for item_id in grouped["event_id"]]
    table = grouped.rename(columns={"event_id": ITEM_ID, "event": TITLE})
    table.insert(3, "having", having[rows].astype(int))
    order = {"by": ["people", "share"], "ascending": False, "kind": "stable"}
    return table.sort_values(**order, ignore_index=True)


def _sentence(
    state: State,
    ranker: str,
    cases: pd.DataFrame,
    kinds: pd.DataFrame,
    odd: pd.DataFrame,
    population: int,
    splits: bool,
) -> str:
    people = f"{len(cases):,} of {population:,} people"
    if not splits:
        return (
            f"The score of {state.ranker(ranker).label} is no sum of reasons, so what its lists "
            f"rest on cannot be counted for {people}. What applies: one item at a time, explained "
            f"by {listed([method.label for method in methods_for(state.ranker(ranker))])}."
        )
    top = kinds[kinds["share"] >= 0.1].sort_values("share", ascending=False).head(2)
    named = [f"{_LABELS[row.kind]} ({row.share:.0%})" for row in top.itertuples()]
    mostly = f"rests mostly on {listed(named)}" if named else "rests on many small reasons"
    counts = zip(odd["name"], odd["count"], strict=True)
    told = [f"{number(int(count))} on {_NOUNS[name]}" for name, count in counts if count]
    strange = int(cases["odd"].map(bool).sum())
    verb = "is" if strange == 1 else "are"
    rest = f"{number(strange)} {verb} odd: {listed(told)}" if strange else "none is odd"
    return f"For {people} looked at, the first item {mostly}; {rest}."
