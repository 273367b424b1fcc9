"""What turns item texts into vectors."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from recengine.data.progress import Progress, silent
from recengine.encoders.language_model import LanguageModel
from recengine.errors import ConfigError


class ItemEncoder(ABC):
    """Texts in, vectors out. Making one is cheap: weights are loaded when first needed."""

    name: str

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Equal fingerprints give equal vectors for equal texts; fit to be a folder's name."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """Length of a vector."""

    @abstractmethod
    def encode(
        self, texts: Sequence[str], progress: Progress = silent
    ) -> Float32[np.ndarray, "texts dim"]:
        """One vector per text, in the order given; an empty text has a vector too.

        Args:
            texts: what to read.
            progress: told how many texts were read.
        """

    def language_model(self) -> LanguageModel:
        """The model behind it, for whoever reads or adapts it.

        Raises:
            ConfigError: there is none behind this encoder.
        """
        raise ConfigError(
            f"The encoder {self.name!r} is no language model. Expected one by its public name or "
            "folder, such as all-MiniLM-L6-v2."
        )
