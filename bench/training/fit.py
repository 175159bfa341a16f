"""Fit the model of wording: multinomial logistic regression over words, pairs of words, and letters within words."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bench.training.corpus import LABELS, Row
from bench.training.vectors import Piece, Vocabulary, pieces_of

STRENGTH: Final = 30.0
"""The inverse of how much large weights cost."""
STEPS: Final = 60
"""More steps of the solver change the answers no further."""
FEW_STEPS: Final = 20
"""Enough to tell which piece of a text speaks for a category."""
MOST_PIECES: Final = 6
"""Pieces of a long text without a cause that are learned."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model: the features it knows, and a weight for each label and feature."""

    words: Vocabulary
    grams: Vocabulary
    weights: Any
    bias: Any

    def scores(self, pieces: Sequence[Piece]) -> Any:
        """Return the score of each label for each piece."""
        return _matrix(self.words, self.grams, pieces) @ self.weights.T + self.bias


def fit(rows: Sequence[Row]) -> Fitted:
    """Return the model of the rows.

    Where in a long text its cause stands is not labelled: a first model, of all others, finds the piece to learn from.
    """
    pieces: list[Piece] = []
    labels: list[int] = []
    long: list[tuple[list[Piece], int]] = []
    for row in rows:
        own, label = pieces_of(row.said), LABELS.index(row.category)
        if len(own) > 1 and row.category != "unknown":
            long.append((own, label))
            continue
        pieces += own[:MOST_PIECES]
        labels += [label] * len(own[:MOST_PIECES])
    if not long:
        return _fit(pieces, labels)
    first = _fit(pieces, labels, FEW_STEPS)
    for own, label in long:
        scores = first.scores(own)
        ahead = scores[:, label] - np.delete(scores, label, axis=1).max(axis=1)
        pieces.append(own[int(ahead.argmax())])
        labels.append(label)
    return _fit(pieces, labels)


def _fit(pieces: Sequence[Piece], labels: Sequence[int], steps: int = STEPS) -> Fitted:
    words = Vocabulary.of(each.words for each in pieces)
    grams = Vocabulary.of(each.grams for each in pieces)
    model = LogisticRegression(C=STRENGTH, max_iter=steps)
    with warnings.catch_warnings(), threadpool_limits(1):  # sums in one order, whatever the machine
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_matrix(words, grams, pieces), np.array(labels))
    weights = np.zeros((len(LABELS), len(words.places) + len(grams.places)))
    bias = np.full(len(LABELS), -16.0)
    weights[model.classes_] = model.coef_
    bias[model.classes_] = model.intercept_
    return Fitted(words, grams, weights, bias)


def _matrix(words: Vocabulary, grams: Vocabulary, pieces: Sequence[Piece]) -> Any:
    blocks = [words.matrix([each.words for each in pieces]), grams.matrix([each.grams for each in pieces])]
    return sparse.hstack(blocks, format="csr")
