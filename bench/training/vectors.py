"""Texts as rows of a sparse matrix: the same whole numbers as the reader has, brought to length one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import Any, Final, Self

import numpy as np
from scipy import sparse

from rca_core.analysis.read.wording import UNIT, weigh
from rca_core.analysis.read.wording_text import Said, beside, grams_of, into_pieces, read_words, words_of

LEAST_ROWS: Final = 2
"""Rows in which a feature occurs that is learned."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The features of one piece of a text."""

    words: tuple[str, ...]
    grams: tuple[str, ...]


def pieces_of(said: Said) -> list[Piece]:
    """Return the pieces in which the reader reads a text."""
    facts, named = beside(said)
    pieces = []
    for words in into_pieces(read_words(said), said):
        texts = [each.text for each in chain(named, words)]
        grams = tuple(chain.from_iterable(map(grams_of, texts)))
        pieces.append(Piece(tuple(words_of(facts, texts)), grams))
    return pieces


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features of one block that are known, in order, and how rare each is."""

    places: dict[str, int]
    rarity: Sequence[int]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Self:
        """Return the features that occur in several texts; rarity is 1 + ln((1 + texts) / (1 + those with it))."""
        rows: Counter[str] = Counter()
        number = 0
        for features in texts:
            number += 1
            rows.update(set(features))
        known = sorted(feature for feature, times in rows.items() if times >= LEAST_ROWS)
        rarity = [round(UNIT * (1 + log((1 + number) / (1 + rows[each])))) for each in known]
        return cls({each: place for place, each in enumerate(known)}, rarity)

    def matrix(self, texts: Sequence[Sequence[str]]) -> Any:
        """Return the texts as rows of length one."""
        starts = [0]
        columns: list[int] = []
        values: list[float] = []
        for features in texts:
            found = weigh((self.places[each] for each in features if each in self.places), self.rarity)
            columns.extend(found.places)
            values.extend(value / found.norm for value in found.values)
            starts.append(len(columns))
        return sparse.csr_matrix(
            (np.array(values), np.array(columns, dtype=np.int32), np.array(starts)), (len(texts), len(self.places))
        )
