"""The file of weights: made small, and written so that the same model gives the same bytes."""

import json
import sys
import zlib
from array import array
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from bench.training.corpus import LABELS
from bench.training.fit import Fitted
from bench.training.vectors import Vocabulary
from rca_core.analysis.read.wording import MAGIC, SCALE, UNIT

LEVELS: Final = 127
LARGEST: Final = 0.9999
"""Of all weights, those that are not cut off."""


def pack(model: Fitted, digest: str) -> bytes:
    """Return the content of the file: weights as whole steps, features that weigh nothing left out."""
    largest = float(np.quantile(np.abs(model.weights), LARGEST))
    step = largest / LEVELS
    whole = np.clip(np.rint(model.weights / step), -LEVELS, LEVELS).astype(np.int8)
    border = len(model.words.places)
    blocks = [_block(model.words, whole[:, :border]), _block(model.grams, whole[:, border:])]
    head = {
        "digest": digest,
        "categories": LABELS,
        "bias": [round(UNIT * float(each)) for each in model.bias],
        "step": round(UNIT * SCALE * step),
        "blocks": [(size, length) for size, length, _ in blocks],
    }
    content = json.dumps(head, separators=(",", ":")).encode() + b"\n" + b"".join(data for _, _, data in blocks)
    return MAGIC + zlib.compress(content, 9)


def _block(vocabulary: Vocabulary, weights: Any) -> tuple[int, int, bytes]:
    kept = np.abs(weights).max(axis=0) > 0
    names = "\n".join(name for name, keep in zip(vocabulary.places, kept, strict=True) if keep).encode()
    rarity = _whole([each for each, keep in zip(vocabulary.rarity, kept, strict=True) if keep])
    data = names + rarity + np.ascontiguousarray(weights[:, kept]).tobytes()
    return int(kept.sum()), len(names), data


def _whole(numbers: Sequence[int]) -> bytes:
    content = array("H", numbers)
    if sys.byteorder == "big":
        content.byteswap()
    return content.tobytes()
