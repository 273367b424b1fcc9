"""The command that asks why: one item, by a method of choice, against another, or what would do."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from recengine.cli.asking import asked, asks
from recengine.cli.options import (
    DEFAULT_HOME,
    AsJson,
    Data,
    Home,
    ListLength,
    open_engine,
)
from recengine.cli.output import (
    ProgressLines,
    plain,
    print_facts,
    print_json,
    print_sentence,
    print_table,
    print_trust,
)
from recengine.errors import ConfigError
from recengine.types import Request

if TYPE_CHECKING:
    from recengine.engine.why.topic import Why

DIFFERENCES = {"difference": "Pull", "kind": "From", "label": "What"}


@asks
def explain(
    data: Data,
    request: Request,
    item: Annotated[str, typer.Option("--item", metavar="ITEM_ID", help="What to explain.")],
    method: Annotated[
        str, typer.Option("--method", metavar="NAME", help="How; the first that fits if left out.")
    ] = "",
    above: Annotated[
        str, typer.Option("--above", metavar="ITEM_ID", help="Why it stands above this item.")
    ] = "",
    why_not: Annotated[
        bool, typer.Option("--not", help="Why it is not among the first --k.")
    ] = False,
    change: Annotated[
        bool, typer.Option("--change", help="The least that takes it out of the list, or in.")
    ] = False,
    examples: Annotated[
        bool, typer.Option("--examples", help="What lies near it, and what similar people chose.")
    ] = False,
    attention: Annotated[
        bool, typer.Option("--attention", help="What the ranker holds while it reads: --json.")
    ] = False,
    k: ListLength = 10,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Why is this item here for this person?

    JSON keys: user_id, context, ranker, feedback, without and muted (if anything is switched off),
    item_id, title, score, rank (null if it is already in the history), sentence, method,
    method_name, unit, adds_up (true: weights sum to the score), trust (verdict, sentence, score,
    recency, ahead, low, high, people, protocol, made_with: whether the method was tested and
    passed), evidence (strongest first: kind, label, weight, item_id, step, detail).

    With --above: item_a, title_a, rank_a, item_b, title_b, rank_b, difference, evidence (kind,
    label, item_id, step, weight_a, weight_b, difference), method, unit, adds_up, trust, sentence.

    With --not: item_id, title, rank, in_list, gap (to the last of the list), last (as with
    --above), against, in_favour, sentence.

    With --change: item_id, title, rank_before, rank_after, found, smallest, changes (kind, label,
    item_id, step, feature, value, rank_after), tried, sentence.

    With --examples: nearest (space, table, sentence) and similar (people, chose, share, low, high,
    base_share, shared, sentence).

    With --attention: tokens (position, step, item_id, title), attention (layer, head, position that
    reads, position that is read), states (layer from the embedding on, position, dim), asked (the
    position that is scored), rollout (layer, position, position), item_id, item_tokens (token,
    kind, label, step), item_attention (head, token), trust (in the attention of the last layer as a
    reason; null without one).
    """
    given = {
        "--above": above,
        "--not": why_not,
        "--change": change,
        "--examples": examples,
        "--attention": attention,
    }
    wanted = [name for name, value in given.items() if value]
    if len(wanted) > 1:
        raise ConfigError(f"{' and '.join(wanted)} are different questions. Ask one at a time.")
    request = replace(request, k=k)
    why = open_engine(data, home).why
    if above:
        _above(why, request, item, above, method, as_json)
    elif why_not:
        _not(why, request, item, method, as_json)
    elif change:
        _change(why, request, item, as_json)
    elif examples:
        _examples(why, request, item, as_json)
    elif attention:
        _attention(why, request, item, as_json)
    else:
        _why(why, request, item, method, as_json)


def _why(why: "Why", request: Request, item: str, method: str, as_json: bool) -> None:
    answer = why.explain(request, item, method)
    if as_json:
        print_json({**asked(answer.request), **_fields(answer)})
        return
    print_sentence(answer.sentence)
    columns = ["kind", "label", "weight", "item_id", "step", "detail"]
    evidence = pd.DataFrame(plain(answer.evidence), columns=columns)
    print_table(evidence, {"weight": "Pull", "kind": "From", "label": "What", "detail": "Detail"})
    total = "they add up to the score" if answer.adds_up else "they do not add up to the score"
    typer.echo(f"\nScore {answer.score:.3f}; {total}.")
    print_trust(answer.method, answer.trust)


def _above(why: "Why", request: Request, item: str, other: str, method: str, as_json: bool) -> None:
    answer = why.why_above(request, item, other, method)
    if as_json:
        print_json({**asked(answer.request), **_fields(answer)})
        return
    print_sentence(answer.sentence)
    print_table(answer.evidence, DIFFERENCES)
    print_trust(answer.method, answer.trust)


def _not(why: "Why", request: Request, item: str, method: str, as_json: bool) -> None:
    answer = why.why_not(request, item, method)
    if as_json:
        last = None if answer.last is None else _fields(answer.last)
        print_json({**asked(answer.request), **_fields(answer), "last": last})
        return
    print_sentence(answer.sentence)
    if answer.last is not None:
        print_table(answer.last.evidence, DIFFERENCES)
        print_trust(answer.last.method, answer.last.trust)


def _change(why: "Why", request: Request, item: str, as_json: bool) -> None:
    with ProgressLines() as progress:
        answer = why.change(request, item, progress=progress)
    if as_json:
        print_json({**asked(answer.request), "k": answer.request.k, **_fields(answer)})
        return
    print_sentence(answer.sentence)
    print_table(answer.changes, {"label": "Change", "rank_after": "Then number"})


def _examples(why: "Why", request: Request, item: str, as_json: bool) -> None:
    nearest, similar = why.nearest_liked(request, item), why.similar_choices(request, item)
    if as_json:
        facts = {"item_id": item, "title": nearest.title}
        both = {"nearest": _fields(nearest), "similar": _fields(similar)}
        print_json({**asked(nearest.request), **facts, **both})
        return
    print_sentence(nearest.sentence)
    print_table(nearest.table, {"title": "Near it", "cosine": "Cosine"})
    typer.echo()
    print_sentence(similar.sentence)
    print_table(similar.shared, {"title": "In common with them", "people": "People"})


def _attention(why: "Why", request: Request, item: str, as_json: bool) -> None:
    answer = why.inside(request, item)
    looks = next((each for each in why.methods(request.ranker) if each.name == "attention"), None)
    if as_json:
        print_json({**asked(answer.request), **_fields(answer), "trust": looks and looks.trust})
        return
    print_facts(
        {
            "attention": "layer, head, reader, read: " + _shape(answer.attention.shape),
            "states": "layer, position, dim: " + _shape(answer.states.shape),
            "asked": f"position {answer.asked}",
            "item_attention": "head, token: " + _shape(answer.item_attention.shape),
        }
    )
    if len(answer.attention):
        last = answer.attention[-1, :, answer.asked].mean(axis=0)
        headings = {"title": "Position", "weight": "Last layer"}
        print_table(answer.tokens.assign(weight=last), headings)
    if len(answer.item_attention):
        mean = answer.item_tokens.assign(weight=answer.item_attention.mean(axis=0))
        print_table(mean, {"label": "What the item attends to", "weight": "Mean over heads"})
    if looks is not None:
        print_trust(looks.label, looks.trust)


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))


def _fields(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(answer).items() if name != "request"}
