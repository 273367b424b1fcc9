"""The language model that read the items, for whoever has more to read."""

from functools import lru_cache

from recengine.data.workspace import Workspace
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig


@lru_cache(maxsize=2)
def text_encoder(workspace: Workspace) -> LlmEncoder:
    """One for each workspace; its weights are loaded at the first text."""
    return LlmEncoder(LlmEncoderConfig(), workspace)
