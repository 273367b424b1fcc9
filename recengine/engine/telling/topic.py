"""Explanations, items and interests in words, as one topic of the engine: `engine.telling`."""

import threading
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float

from recengine.data.features import encode_request
from recengine.data.progress import Progress, silent
from recengine.encoders.generator import GeneratorConfig
from recengine.encoders.text import TextTemplate, item_texts
from recengine.engine import people
from recengine.engine.results import Evidence, Explanation
from recengine.engine.state import State
from recengine.engine.telling import writing
from recengine.engine.telling.answers import answered, fact_of
from recengine.engine.telling.results import Keywords, Rewritten, Told, WriterReport
from recengine.engine.telling.writing import Writers
from recengine.engine.why.reasons import explain
from recengine.engine.why.sentences import chosen_before
from recengine.errors import ConfigError
from recengine.explanations.words import Case, Fact, Item, language, outline
from recengine.explanations.words.keywords import WordIndex
from recengine.types import CATEGORIES, DESCRIPTION, TITLE, YEAR, Request

NEAR_ITEMS = 50  # that an interest points at most: their words are its words
MANY_WORDS = 60  # of an interest, among which those of one item are looked for
MOST_SHARED = 3  # words and categories of an item that are told
EXAMPLES = 3  # titles beside each keyword


class Telling:
    """Puts what the engine knows into words; safe to share between threads."""

    def __init__(self, state: State, writer: GeneratorConfig | None = None) -> None:
        """Tell about a state; `writer` is the language model for rewriting, loaded when asked."""
        self._state = state
        self._writers = Writers(writer or GeneratorConfig(), state.workspace)
        self._lock = threading.Lock()

    def explanation(self, explained: Explanation, language_code: str = "en") -> Told:
        """An explanation of any signed method in one to three sentences.

        Raises:
            UnknownNameError: a language that is not spoken here.
        """
        spoken = language(language_code)
        answer = self._state.answer(explained.request)
        item = self._state.dataset.item_index(explained.item_id)
        case = Case(
            title=explained.title,
            place=explained.rank or 0,
            candidates=len(answer.order),
            facts=[self._fact(one) for one in explained.evidence],
            kept_out=not explained.rank and not chosen_before(self._state, answer, item),
        )
        told = outline(case)
        sentences = spoken.explanation(told)
        against = (told.against.fact.name,) if told.against and told.against.fact.name else ()
        main = tuple(f"{reason.percent}%" for reason in told.reasons[:1] if reason.percent < 100)
        text = spoken.join(sentences)
        return Told(explained.item_id, language_code, text, sentences, against, main)

    def answer(self, found: Explanation, language_code: str = "en") -> str:
        """The answer to any other question of why in one sentence.

        Of an explanation: where the item stands and what the model looked at most, for methods
        that cannot speak against an item.

        Raises:
            UnknownNameError: a language that is not spoken here.
        """
        return answered(found, language_code)

    def description(self, explained: Explanation, language_code: str = "en") -> Told:
        """An item described for the interests of the person whom an explanation is about.

        Raises:
            UnknownNameError: a language that is not spoken here.
        """
        spoken = language(language_code)
        request = explained.request
        items, row = self._state.dataset.items, self._row(explained.item_id)
        interest = self._interest(request)
        kinds = sorted(items[CATEGORIES].iat[row], key=lambda name: -interest.get(name, 0.0))
        year, text = (
            items[name].iat[row] if name in items else None for name in (YEAR, DESCRIPTION)
        )
        events = [one.label for one in explained.evidence if one.kind == "event" and one.weight > 0]
        item = Item(
            title=str(items[TITLE].iat[row]),
            year=0 if year is None or pd.isna(year) else int(year),
            categories=tuple(kinds[:MOST_SHARED]),
            interest=tuple(interest.get(name, 0.0) for name in kinds[:MOST_SHARED]),
            words=self._shared_words(request, row),
            because_of=tuple(dict.fromkeys(events))[:2],
            text="" if text is None or pd.isna(text) else str(text),
        )
        sentences = spoken.description(item)
        return Told(explained.item_id, language_code, spoken.join(sentences), sentences)

    def keywords(
        self, request: Request, step: int = 0, k: int = 10, language_code: str = "en"
    ) -> Keywords:
        """The words of a person's interest after some of their events.

        Args:
            request: who, in which moment, by which ranker.
            step: how many events; 0 for all.
            k: how many words at most.
            language_code: of the sentence.

        Raises:
            ConfigError: fewer events than that, or k below 1.
            UnknownNameError: a person, ranker, feature, value or language that does not exist.
        """
        if k < 1:
            raise ConfigError(f"k={k} must be 1 or more: how many words.")
        spoken = language(language_code)
        events = self._events(request)
        if not 0 <= step <= events:
            raise ConfigError(
                f"step={step} must be from 1 to {events:,}, the number of this person's events; 0 "
                "means all of them."
            )
        table = self._words_after(request, step or events, k)
        titles = self._state.titles
        rows = table.pop("rows")
        table["examples"] = [[titles[row] for row in each[:EXAMPLES]] for each in rows]
        sentence = spoken.keywords(tuple(table["word"].head(EXAMPLES + 2)))
        return Keywords(request.user_id, step or events, table, sentence)

    @property
    def writer(self) -> str:
        """Name of the language model that rewords texts."""
        return self._writers.own.config.name

    @property
    def writers(self) -> tuple[str, ...]:
        """Names to offer: this engine's own, and the usual one."""
        return self._writers.offered

    def fetch_writer(self, progress: Progress = silent) -> None:
        """Have the writer's files at hand, so that a wrong name is told at once.

        Raises:
            DownloadError, DataError, StorageError: they cannot be had or used.
        """
        self._writers.own.fetch(progress)

    def kept_rewriting(self, told: Told, writer: str = "") -> Rewritten | None:
        """What a language model made of a text before; it is not asked now, and nothing fetched."""
        return writing.kept(self._state, self._writers.named(writer), told)

    def rewrite(self, told: Told, progress: Progress = silent, writer: str = "") -> Rewritten:
        """Let a language model reword an English text, and check what it wrote.

        The first time takes long: the model is fetched and loaded. What it wrote is kept.

        Args:
            told: what it is to reword.
            progress: told what is fetched and loaded.
            writer: its name or folder; "" for the one of this engine.

        Raises:
            ConfigError: the text is in another language, or a package is missing.
            DownloadError, DataError, StorageError: the model cannot be had or used.
        """
        return writing.rewrite(self._state, self._writers.named(writer), told, progress)

    def writer_quality(self, writer: str = "") -> str:
        """How often a writer passed the check on this data, in a sentence; "" if unmeasured."""
        measured = writing.measured_share(self._state)
        return str(measured["sentence"]) if measured.get("model") == (writer or self.writer) else ""

    def measure_writer(
        self, texts: int = 40, seed: int = 0, ranker: str = "", progress: Progress = silent
    ) -> WriterReport:
        """How often does what the language model writes pass the check? Kept as results.

        Half of the texts explain the first item of a random person's list, half describe it.
        """
        asked = []
        users = [self._random_person(seed, number) for number in range((texts + 1) // 2)]
        for user_id in dict.fromkeys(users):
            request = Request(user_id=user_id, ranker=ranker)
            first = self._state.answer(request).order
            item_id = str(self._state.dataset.item_ids[int(first[0]) - 1])
            explained = explain(self._state, request, item_id)
            asked.append((user_id, "explanation", self.explanation(explained)))
            asked.append((user_id, "description", self.description(explained)))
        return writing.measure(self._state, self._writers.own, asked[:texts], seed, progress)

    def _random_person(self, seed: int, number: int) -> str:
        lengths = self._state.dataset.log.lengths
        rng = np.random.default_rng([seed, number])
        return str(self._state.dataset.user_ids[rng.choice(np.flatnonzero(lengths > 0))])

    def _fact(self, evidence: Evidence) -> Fact:
        """Evidence with the name of its feature apart from the value."""
        if evidence.kind == "feedback":
            return Fact(
                evidence.kind, self._state.titles[self._row(evidence.item_id)], evidence.weight
            )
        return fact_of(evidence.kind, evidence.label, evidence.weight)

    def _row(self, item_id: str) -> int:
        return self._state.dataset.item_index(item_id) - 1

    def _events(self, request: Request) -> int:
        """How many events of the history a request counts."""
        dataset = self._state.edited(request).dataset
        return int(dataset.log.lengths[dataset.user_index(request.user_id)])

    def _interest(self, request: Request) -> dict[str, float]:
        """Share of every category in the interest; empty without events."""
        if not self._events(request):
            return {}
        state = self._state.edited(request)
        most = len(state.dataset.categories) + 1
        return people.interests(state, request.user_id, request.ranker, most)

    def _shared_words(self, request: Request, row: int) -> tuple[str, ...]:
        """Words of an item that are words of the interest, beyond the names of categories."""
        known = " ".join(self._state.dataset.categories).casefold()
        mine = set(self._index.of_item(row))
        words = self._words_after(request, self._events(request), MANY_WORDS)["word"]
        return tuple(word for word in words if word in mine and word not in known)[:MOST_SHARED]

    def _words_after(self, request: Request, step: int, k: int) -> pd.DataFrame:
        scores = self._scores_after(request, step)
        near = np.argsort(-scores, kind="stable")[:NEAR_ITEMS]
        near = near[np.isfinite(scores[near])]
        shares = torch.from_numpy(scores[near]).double().softmax(dim=0).numpy()
        return self._index.keywords(near.tolist(), shares, k)

    def _scores_after(self, request: Request, step: int) -> Float[np.ndarray, "items"]:
        """The ranker's scores of the whole catalogue after some events, seen items included."""
        state = self._state.edited(request)
        ranker = state.ranker(request.ranker)
        codes = encode_request(state.dataset.context_features, request.context)
        history = state.history(request.user_id, ranker, codes, step)
        with torch.inference_mode():
            return ranker.score(history)[0, 1:].float().numpy()

    @cached_property
    def _index(self) -> WordIndex:
        with self._lock:
            return WordIndex.of(item_texts(self._state.dataset, TextTemplate()))
