"""The parts of the unified ranker that are left out, and the arms that differ by them."""

from dataclasses import dataclass

from recengine.data.dataset import Dataset

# The arms: one ranker asked in several ways, then rankers trained without something.
TRAINED, BENT, STATIC, UNTOLD = "trained", "bent", "static", "untold"
IDS, MOMENTLESS, MIXTURE = "ids", "momentless", "mixture"
RETRAINED = (IDS, MOMENTLESS, MIXTURE)
ARMS = {
    TRAINED: "As its recipe trains it",
    BENT: "Dynamic part on",
    STATIC: "Dynamic part off",
    UNTOLD: "Not told the moment",
    IDS: "Trained without texts",
    MOMENTLESS: "Trained without moments",
    MIXTURE: "Bent by a mixture of logits",
}


@dataclass(frozen=True)
class Part:
    """One part of the ranker.

    Attributes:
        name: in files of results.
        label: what stands beside its figures.
        doing: what having it is, as the start of a sentence.
        arms: the arm with it, and the arm without it.
    """

    name: str
    label: str
    doing: str
    arms: tuple[str, str]

    @property
    def retrained(self) -> bool:
        """Whether leaving it out takes a training of its own."""
        return self.arms[1] in RETRAINED


DYNAMIC = Part("dynamic", "Dynamic items", "bending items", (BENT, STATIC))
TEXT = Part("text", "Item texts", "reading the texts", (TRAINED, IDS))
MOMENT = Part("moment", "Moments", "learning from moments", (TRAINED, MOMENTLESS))
TOLD = Part("told", "The moment when asked", "being told the moment", (TRAINED, UNTOLD))
HEAD = Part("head", "Attention by each item", "letting each item attend by itself", (BENT, MIXTURE))
PARTS = {part.name: part for part in (DYNAMIC, TEXT, MOMENT, TOLD, HEAD)}


def parts_of(dataset: Dataset, *, ready: bool = False) -> list[Part]:
    """The parts that a ranker of this data has, those that take no training first.

    Args:
        dataset: one without features of the moment has nothing to leave out there.
        ready: only those that take no training.
    """
    timeless = (MOMENT, TOLD) if not dataset.context_features else ()
    found = [part for part in PARTS.values() if part not in timeless]
    return sorted((p for p in found if not (ready and p.retrained)), key=lambda p: p.retrained)
