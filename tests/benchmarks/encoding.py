"""Which way of running the text encoder pays? The same texts in turns, ratios to plain float32.

    python -m tests.benchmarks.encoding [--texts 64] [--threads 1] [--home FOLDER]

Compared: plain float32; bfloat16 products by autocast; int8 weights (torch's dynamic
quantisation); torch.compile. Beside the time stands the lowest cosine to plain float32, as a
faster way that gives other vectors is no gain. ONNX needs two more packages and is not compared.
"""

import argparse
import copy
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch.nn import functional as F

from recengine.cli.options import DEFAULT_HOME
from recengine.data.workspace import Workspace
from recengine.encoders.llm import LlmEncoder, LlmEncoderConfig

ROUNDS = 4
WORDS = "a warm rain jacket for cycling in the city with a hood and two pockets, size M, red."


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    warnings.simplefilter("ignore")
    encoder = LlmEncoder(LlmEncoderConfig(device="cpu"), Workspace(asked.home))
    language = encoder.language_model()
    net = language.net.eval()
    texts = [f"{number} {WORDS}" for number in range(asked.texts)]
    tokens, real = language.padded(language.tokens(texts, 32))
    small = torch.ao.quantization.quantize_dynamic(
        copy.deepcopy(net), {torch.nn.Linear}, dtype=torch.qint8
    )
    compiled = torch.compile(net)

    def states(model: Callable) -> torch.Tensor:
        return model(input_ids=tokens, attention_mask=real.long()).last_hidden_state

    def in_bfloat16() -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return states(net)

    ways = {
        "float32": lambda: states(net),
        "bfloat16 products": in_bfloat16,
        "int8 weights": lambda: states(small),
        "torch.compile": lambda: states(compiled),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    first, vectors = {}, {}
    with torch.inference_mode():
        for turn in range(1 + ROUNDS):
            for name, way in ways.items():
                started = time.perf_counter()
                vectors[name] = way().float().mean(dim=1)
                taken = time.perf_counter() - started
                first[name] = taken if turn == 0 else first[name]
                seconds[name] += [taken] if turn else []
    plain = statistics.median(seconds["float32"])
    for name, values in seconds.items():
        median = statistics.median(values)
        alike = F.cosine_similarity(vectors[name], vectors["float32"]).min()
        print(
            f"{name:20} {len(texts) / median:8.1f} texts/s   {plain / median:5.2f} x float32   "
            f"first call {first[name]:6.1f} s   lowest cosine {alike:.4f}"
        )


if __name__ == "__main__":
    main()
