"""The language model reads it all: moment, history and candidate in one text, pair by pair.

S_i = M(item text, history text, context text): each candidate of a shortlist is read together with
what the person chose lately and with the moment of the request, so that the words of one can
answer those of the other. A small head turns the joint states into a score, which is added to the
retriever's and to the cosine of the texts. The head begins at zero: untrained, the ranker is the
retriever and the cosine; trained (by a listwise softmax over the shortlist, as all ranking nets
here), it corrects them. The language model itself moves by an adapter of low rank only.

Papers: Nogueira & Cho, "Passage Re-ranking with BERT", 2019, arXiv:1901.04085 (one text for both
sides); Hu et al., "LoRA", ICLR 2022, arXiv:2106.09685; Abnar & Zuidema, "Quantifying Attention
Flow in Transformers", ACL 2020, arXiv:2005.00928 (rollout).
Differs: the head reads the mean states of the two sides and how they relate, not one mark's state;
each side has a budget of tokens, so that a pair is short and a hundred of them are read at once.

Axes: batch = histories, candidate = items of a shortlist, pair = candidate with its request,
token, dim = width of the language model, part = two sides, layer, head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from recengine.data.batches import TrainingBatch
from recengine.data.histories import Histories
from recengine.data.settings import Count, CountOrNone, PartialShare
from recengine.encoders.adapter import AdapterConfig, add_adapter
from recengine.encoders.language_model import mean_of
from recengine.encoders.text import TextTemplate, item_texts
from recengine.errors import ConfigError
from recengine.models.base import FitData, Ranker
from recengine.models.losses import fast_product_dtype
from recengine.models.moving import Move
from recengine.models.recency_ease import RecencyEase
from recengine.models.shortlist import ShortlistConfig, ShortlistRanker
from recengine.models.text_cosine import TextCosine
from recengine.models.watch import rollout

PAIRS_TOGETHER = 25  # of like length: a hundred fill four batches with hardly any padding
MAX_TOKENS = 512  # no text is looked at further
NUM_MARKS = 3  # at the beginning, after the moment, after the history
MARK, CONTEXT, HISTORY, ITEM = "mark", "context", "history", "item"


@dataclass(frozen=True, kw_only=True)
class JointTextConfig(ShortlistConfig):
    """Hyper-parameters; the budgets are what time is spent on."""

    shortlist: Count = 100
    prefixes: Count = 1
    negatives: Count = 7
    context_dropout: PartialShare = 0.3
    dropout: PartialShare = 0.1
    context_tokens: CountOrNone = 12  # what is read of the moment
    event_tokens: Count = 8  # of each event: the title comes first
    history_tokens: Count = 24  # of all events, the last ones first
    item_tokens: Count = 16  # of the candidate
    requests: Count = 4  # read in a training step, each with all its candidates
    hidden_dim: Count = 64  # width of the head
    rank: Count = 8  # of the adapter

    @property
    def longest(self) -> int:
        """Tokens of a pair at most, marks included."""
        return self.context_tokens + self.history_tokens + self.item_tokens + NUM_MARKS


@dataclass(frozen=True)
class TokenWeights:
    """What the language model looked at when it read one candidate; no reason, a look.

    Attributes:
        words: each token as the model cuts words, in the order of reading.
        parts: which side each belongs to: "context", "history", "item", or "mark" for what the
            model was made to see between texts.
        events: position in the history of the event that each token belongs to; -1 elsewhere.
        attention: how much the candidate's tokens looked at each token, on average over them.
        rollout: the same followed through all layers; sums to 1.
    """

    words: tuple[str, ...]
    parts: tuple[str, ...]
    events: Int[np.ndarray, " token"]
    attention: Float[np.ndarray, "layer head token"]
    rollout: Float[np.ndarray, " token"]


@dataclass(frozen=True)
class _Piece:
    """Some tokens in a row that belong together."""

    tokens: list[int]
    part: str
    event: int = -1


class JointText(ShortlistRanker):
    """Puts a shortlist in order by reading each candidate together with the request.

    Attributes:
        reads: False leaves the retriever and the cosine alone, to see what reading adds.
    """

    name: ClassVar[str] = "joint-text"
    label: ClassVar[str] = "Language model reads all"
    config_class: ClassVar[type] = JointTextConfig
    builds_on: ClassVar[tuple[str, ...]] = (RecencyEase.name, TextCosine.name)
    slow: ClassVar[bool] = True

    def __init__(self, config: JointTextConfig, data: FitData) -> None:
        """Load the language model and prepare its adapter.

        Raises:
            ConfigError: the data has no texts, nothing to read them with, or the budgets are more
                than the language model can read.
        """
        super().__init__(config, data)
        if data.text is None or data.encoder is None:
            raise ConfigError(
                f"{self.name} needs item texts and a language model to read them with; "
                f"{data.dataset.name!r} came without. Add a title column to its items, or choose "
                f"another ranker."
            )
        self._language = data.encoder.language_model()
        if not self.can_read(config):
            raise ConfigError(
                f"{self.name} would read up to {config.longest} tokens at once and its language "
                f"model takes {self._language.longest}. Lower context_tokens, history_tokens or "
                f"item_tokens."
            )
        self._texts = item_texts(data.dataset, TextTemplate())
        self._features = data.dataset.context_features
        self.reads = True
        self.forget()
        # The net itself is no part of this module: nobody needs its weights saved once more.
        self.adapter = add_adapter(self._language.net, AdapterConfig(rank=config.rank))
        last = nn.Linear(config.hidden_dim, 1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.head = nn.Sequential(
            nn.Linear(4 * self._language.dim, config.hidden_dim),
            nn.GELU(),
            nn.Dropout(config.dropout),
            last,
        )
        self.likeness = nn.Parameter(torch.tensor(2.0))  # weight of the cosine of the texts

    def build_on(self, rankers: Mapping[str, Ranker]) -> None:
        """Take over the retriever and the cosine of the texts."""
        super().build_on(rankers)
        self._cosine = rankers[TextCosine.name]

    @property
    def reads_on(self) -> torch.device:
        """Where the language model reads: the best device there is until the ranker is moved."""
        return self._language.device

    def _apply(self, move: Move, recurse: bool = True) -> "JointText":
        """The language model goes along, though it is no part of this module."""
        self._language.net._apply(move)
        super()._apply(move, recurse)
        return self

    def can_read(self, config: JointTextConfig) -> bool:
        """Whether the language model takes as many tokens as the budgets come to."""
        return config.longest <= self._language.longest

    def forget(self) -> None:
        """Cut texts into tokens anew, after a budget was changed."""
        self._read_items: dict[int, list[int]] = {}

    def text_lengths(self) -> list[int]:
        """Tokens of each item's whole text."""
        return [len(tokens) for tokens in self._language.tokens(self._texts, MAX_TOKENS)]

    def training_loss(self, batch: TrainingBatch) -> Float[Tensor, ""]:
        """Of some requests of the batch, as many as a step can afford to read."""
        rows = torch.randperm(len(batch.histories))[: self.config.requests]
        some = TrainingBatch(
            batch.histories.rows(rows),
            batch.targets[rows],
            batch.moments[rows],
            batch.target_values[rows],
        )
        return super().training_loss(some)

    def listed(
        self, histories: Histories, retrieved: Float[Tensor, "batch vocab"]
    ) -> Int[Tensor, "batch candidate"]:
        """As usual, but reading is too dear to be spent on what is in the history already."""
        last = (retrieved.amin(dim=1, keepdim=True) - 1).expand_as(histories.items)
        return super().listed(histories, retrieved.scatter(1, histories.items, last))

    def logits(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """Cosine of the texts, corrected by what reading both together says."""
        cosine = self._cosine.score(histories).gather(1, candidates)
        known = self.likeness * cosine
        return known + self.read(histories, candidates) if self.reads else known

    def read(
        self, histories: Histories, candidates: Int[Tensor, "batch candidate"]
    ) -> Float[Tensor, "batch candidate"]:
        """What reading each candidate together with its request comes to."""
        requests = [self._request(histories, row) for row in range(len(histories))]
        limit = self.config.item_tokens
        items = [tokens[:limit] for tokens in self._tokens(candidates.flatten().tolist())]
        width = candidates.shape[1]
        lengths = [
            sum(len(piece.tokens) for piece in requests[pair // width]) + len(items[pair])
            for pair in range(len(items))
        ]
        order = sorted(range(len(items)), key=lengths.__getitem__)
        scores = []
        for first in range(0, len(order), PAIRS_TOGETHER):
            pairs = order[first : first + PAIRS_TOGETHER]
            scores.append(
                self._read_pairs([(requests[pair // width], items[pair]) for pair in pairs])
            )
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(scores)[back].view(candidates.shape)

    def token_weights(self, history: Histories, item: int) -> TokenWeights:
        """What the language model looks at when it reads one item for one request.

        Args:
            history: exactly one.
            item: item index.
        """
        pieces = [
            *self._request(history, 0),
            _Piece(self._tokens([item])[0][: self.config.item_tokens], ITEM),
        ]
        tokens = [token for piece in pieces for token in piece.tokens]
        parts = tuple(piece.part for piece in pieces for _ in piece.tokens)
        self._language.net.eval()
        with torch.inference_mode():
            seen = self._language.attention(torch.tensor([tokens], device=self._language.device))
        seen = seen.float().cpu()
        own = torch.tensor([part == ITEM for part in parts])
        return TokenWeights(
            words=tuple(self._language.pieces(tokens)),
            parts=parts,
            events=np.array([piece.event for piece in pieces for _ in piece.tokens]),
            attention=seen[:, :, own].mean(dim=2).numpy(),
            rollout=rollout(seen)[own].mean(dim=0).numpy(),
        )

    def _read_pairs(
        self, pairs: Sequence[tuple[list[_Piece], list[int]]]
    ) -> Float[Tensor, " pair"]:
        language = self._language
        language.net.train(self.training)
        rows = [[t for piece in request for t in piece.tokens] for request, _ in pairs]
        starts = torch.tensor([len(row) for row in rows], device=language.device)[:, None]
        tokens, real = language.padded(
            [row + item for row, (_, item) in zip(rows, pairs, strict=True)]
        )
        dtype = fast_product_dtype(language.device)
        with torch.autocast(language.device.type, dtype, enabled=dtype != torch.float32):
            states = language.states(tokens, real)
        places = torch.arange(tokens.shape[1], device=tokens.device)
        asked = mean_of(states.float(), real & (places < starts)).to(self.likeness.device)
        read = mean_of(states.float(), real & (places >= starts)).to(self.likeness.device)
        both = torch.cat([asked, read, asked * read, (asked - read).abs()], dim=1)
        return self.head(both).squeeze(1)

    def _request(self, histories: Histories, row: int) -> list[_Piece]:
        """The moment, then the events that fit, oldest first, with marks around."""
        language, config = self._language, self.config
        moment = ", ".join(
            # Values name themselves, "rain"; ranges do not, "under 3".
            f"{feature.label} {feature.value(code)}" if feature.edges else feature.value(code)
            for feature, code in zip(self._features, histories.request[row].tolist(), strict=True)
            if code
        )
        pieces = [_Piece(language.begin, MARK)]
        if moment and config.context_tokens:
            pieces.append(_Piece(language.tokens([moment], config.context_tokens)[0], CONTEXT))
            pieces.append(_Piece(language.between, MARK))
        last = int(histories.lengths[row])
        events: list[_Piece] = []
        left = config.history_tokens
        read = self._tokens(histories.items[row, :last].tolist()[-left:])
        for place, tokens in zip(range(last - 1, -1, -1), reversed(read), strict=False):
            kept = tokens[: min(config.event_tokens, left)]
            if not kept:
                break
            events.append(_Piece(kept, HISTORY, place))
            left -= len(kept)
        return [*pieces, *reversed(events), _Piece(language.between, MARK)]

    def _tokens(self, items: Sequence[int]) -> list[list[int]]:
        """Tokens of items, each text cut into tokens once."""
        new = [item for item in dict.fromkeys(items) if item not in self._read_items]
        limit = max(self.config.item_tokens, self.config.event_tokens)
        texts = [self._texts[item - 1] for item in new]
        self._read_items.update(zip(new, self._language.tokens(texts, limit), strict=True))
        return [self._read_items[item] for item in items]
