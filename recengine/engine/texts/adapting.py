"""Let the text encoder learn from a dataset, keep the adapter, and measure what it is worth."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recengine.data.histories import HistoryReader
from recengine.data.progress import Progress, silent
from recengine.data.sources import load_dataset
from recengine.data.splits import Split
from recengine.data.workspace import Workspace
from recengine.encoders import TextTemplate
from recengine.encoders.llm import LlmEncoder
from recengine.encoders.text import item_texts
from recengine.engine.adapters import adapted_vectors, adapter_file, load_adapter
from recengine.engine.opening import fit_data
from recengine.engine.paired import HITS, NDCG, compared
from recengine.engine.texts.measures import ADAPTED, read_section, write_section
from recengine.evaluation.cold_items import cold_questions, held_out_items
from recengine.evaluation.protocols import protocol_split
from recengine.evaluation.ranking import target_ranks
from recengine.models.base import FitData
from recengine.models.hybrid import Hybrid
from recengine.models.recency_ease import RecencyEase
from recengine.models.text_cosine import TextCosine
from recengine.training.adapting import (
    BOTH,
    CONTRAST,
    PAIRS,
    TOGETHER,
    TOP,
    AdaptingConfig,
    EncoderTrainer,
)
from recengine.training.checkpoint import save_checkpoint
from recengine.training.choosing import best_config
from recengine.training.rankers import stored_ease

HELD_OUT_ITEMS = 0.1  # share that the encoder must not learn from, so that new ones can be judged
FROZEN = "frozen"
LABELS = {
    FROZEN: "As it came",
    TOP: "A map learnt on top",
    TOGETHER: "Learnt what goes together",
    PAIRS: "Learnt what follows what",
    CONTRAST: "Learnt the texts alone",
    BOTH: "Learnt texts, then choices",
}
STRENGTHS = (1.0, 0.5)  # shares of what was learnt; validation says which is kept
WARM, COLD, BLEND = "warm", "cold", "blend"


def adapt_encoder(
    dataset_name: str,
    workspace: Workspace,
    *,
    method: str = TOP,
    epochs: int = 0,
    seed: int = 0,
    resume: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train an adapter, keep it, and measure it against the encoder as it came.

    A tenth of the items is held out of the learning altogether; on them it is measured what the
    adapter does to items that nobody has chosen yet.

    Args:
        dataset_name: built-in, or the path of one's own.
        workspace: where adapter, vectors and results are kept.
        method: "top", "together", "pairs", "contrast" or "contrast+together".
        epochs: at most so many; 0 for the usual.
        seed: of everything random.
        resume: go on from where an interrupted run of the same settings stopped.
        progress: told the loss and how far it is.

    Raises:
        UnknownNameError: no such method.
        DataError: too few items or events to learn from.
        TrainingError: the loss is no longer a number.
    """
    config = AdaptingConfig.of(method)
    trainer = replace(config.trainer, seed=seed, epochs=epochs or config.trainer.epochs)
    config = replace(config, trainer=trainer)
    dataset = load_dataset(dataset_name, workspace, progress=progress)
    split = protocol_split(dataset)
    data, _ = fit_data(dataset, split, workspace, progress)
    assert isinstance(data.encoder, LlmEncoder)
    path = adapter_file(data, config, workspace)
    if not path.exists():
        _train(data, split, config, path, workspace, resume=resume, progress=progress)
    adapter, facts = load_adapter(path)
    vectors = adapted_vectors(data, adapter, workspace, progress)
    told = f" --epochs {epochs}" * bool(epochs) + f" --seed {seed}" * bool(seed)
    made_with = f"recengine adapt {dataset_name} --method {method}{told}"
    rows = measure_adapted(data, split, method, vectors, workspace, progress)
    earlier = read_section(dataset, ADAPTED, workspace) or {"rows": [], "facts": {}}
    others = [row for row in earlier["rows"] if row["name"] not in (FROZEN, method)]
    runs = {**earlier["facts"].get("runs", {}), method: facts | {"made_with": made_with}}
    about = {"split": split.description, "held_out_items": HELD_OUT_ITEMS, "runs": runs}
    write_section(dataset, ADAPTED, workspace, [*rows, *others], made_with, about)
    return {"method": method, "file": str(path), **facts, "rows": rows}


def measure_adapted(
    data: FitData,
    split: Split,
    method: str,
    vectors: np.ndarray,
    workspace: Workspace,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Rows of the encoder as it came and of the adapted one, over the same questions."""
    assert data.text is not None
    course = _Course(data, split, workspace, progress)
    frozen, adapted = course.ranks(data.text), course.ranks(vectors)
    rows = []
    for name, found in ((FROZEN, frozen), (method, adapted)):
        for group, (ranks, people) in found.items():
            for metric in (NDCG, HITS):
                baseline = None if name == FROZEN else frozen[group][0]
                facts = {"name": name, "label": LABELS[name], "group": group, "metric": metric}
                counts = {"questions": len(ranks), "people": len(np.unique(people))}
                rows.append(facts | compared(ranks, baseline, people, metric) | counts)
    return rows


@dataclass
class _Course:
    """The questions that every encoder is asked."""

    data: FitData
    split: Split
    workspace: Workspace
    progress: Progress

    def ranks(self, vectors: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Ranks of the held-out items, and whom they are about, by group."""
        split, profiles = self.split, self.data.dataset.profiles
        held = held_out_items(split, HELD_OUT_ITEMS)
        data = replace(self.data, text=vectors)
        text = best_config(TextCosine, data, split, {}, progress=self.progress).ranker
        ease = stored_ease(data, self.workspace, self.progress)
        parts = {RecencyEase.name: ease, TextCosine.name: text}
        blend = best_config(Hybrid, data, split, parts, progress=self.progress).ranker
        blend.build_on(parts)
        warm = split.test.take(np.flatnonzero(~held[split.test.targets]))
        reader = HistoryReader(split.log, profiles)
        known, cold = cold_questions(split.log, held)
        return {
            WARM: (target_ranks(text, reader, warm, split.candidates), warm.users),
            COLD: (target_ranks(text, HistoryReader(known, profiles), cold, held), cold.users),
            BLEND: (target_ranks(blend, reader, warm, split.candidates), warm.users),
        }


def _train(
    data: FitData,
    split: Split,
    config: AdaptingConfig,
    path: Path,
    workspace: Workspace,
    *,
    resume: bool,
    progress: Progress,
) -> None:
    assert isinstance(data.encoder, LlmEncoder)
    trainer = EncoderTrainer(
        data.encoder,
        item_texts(data.dataset, TextTemplate()),
        data,
        split.candidates & ~held_out_items(split, HELD_OUT_ITEMS),
        config,
        workspace.folder("training") / path.name,
        resume=resume,
    )
    adapter, record = trainer.run(progress)
    tried = {}
    for strength in STRENGTHS:
        vectors = adapted_vectors(data, adapter.weakened(strength), workspace, progress)
        choice = best_config(TextCosine, replace(data, text=vectors), split, {})
        tried[strength] = max(score for _, score in choice.tried)
    strength = max(tried, key=lambda each: tried[each])
    adapter = adapter.weakened(strength)
    facts = {
        "strength": strength,
        "strengths": [[each, score] for each, score in tried.items()],
        "config": asdict(config),
        "adapter": asdict(config.adapter),
        "encoder": data.encoder.fingerprint,
        "data_fingerprint": data.dataset.fingerprint,
        "losses": record.losses,
        "scores": record.scores,
        "epoch": record.best_epoch,
        "seconds": round(record.seconds, 1),
        "threads": torch.get_num_threads(),
    }
    save_checkpoint(path, dict(adapter.weights), facts)
