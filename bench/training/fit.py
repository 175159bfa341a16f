"""Fit the model of wording: multinomial logistic regression over words, pairs of words, and letters within words."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bench.training.corpus import LABELS, Row
from bench.training.vectors import Piece, Vocabulary, pieces_of
from rca_core.analysis.read.wording_text import MAX_WHOLE

STRENGTH: Final = 30.0
"""The inverse of how much large weights cost."""
STEPS: Final = 60
"""More steps of the solver change the answers no further."""
FEW_STEPS: Final = 20
"""Enough to tell which piece of a text speaks for a category."""
MOST_PIECES: Final = 6
"""Pieces of a long text without a cause that are learned."""
WRAPPED_EACH: Final = 2
"""Of so many short failures one is learned a second time, amid what surrounds causes in long texts."""
SHORT: Final = 140
WRAPPING: Final = 600
"""A failure's text from which on its start is taken for what surrounds a cause."""


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
    wrapped = _wrapped(rows)
    first = _fit(pieces, labels, wrapped, FEW_STEPS if long else STEPS)
    if not long:
        return first
    for own, label in long:
        scores = first.scores(own)
        ahead = scores[:, label] - np.delete(scores, label, axis=1).max(axis=1)
        pieces.append(own[int(ahead.argmax())])
        labels.append(label)
    return _fit(pieces, labels, wrapped, STEPS)


def _wrapped(rows: Sequence[Row]) -> tuple[list[Piece], list[int]]:
    """Return short failures within the start of long ones: what is around a cause says nothing about it."""
    around = [row.said.text[:200] for row in rows if row.status == "failure" and len(row.said.text) > WRAPPING]
    short = [row for row in rows if row.status == "failure" and 0 < len(row.said.text) <= SHORT]
    pieces: list[Piece] = []
    labels: list[int] = []
    for number, row in enumerate(short[::WRAPPED_EACH] if around else ()):
        outer = around[number * 7_919 % len(around)]
        text = f"{outer[:110]}\n{row.said.text}\n{outer[110:]}"[:MAX_WHOLE]
        pieces.append(pieces_of(replace(row.said, text=text))[0])
        labels.append(LABELS.index(row.category))
    return pieces, labels


def _fit(
    pieces: Sequence[Piece], labels: Sequence[int], wrapped: tuple[Sequence[Piece], Sequence[int]], steps: int
) -> Fitted:
    """Return the model of pieces and of those learned a second time, which tell no more of how rare a word is."""
    words = Vocabulary.of(each.words for each in pieces)
    grams = Vocabulary.of(each.grams for each in pieces)
    model = LogisticRegression(C=STRENGTH, max_iter=steps)
    with warnings.catch_warnings(), threadpool_limits(1):  # sums in one order, whatever the machine
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_matrix(words, grams, [*pieces, *wrapped[0]]), np.array([*labels, *wrapped[1]]))
    weights = np.zeros((len(LABELS), len(words.places) + len(grams.places)))
    bias = np.full(len(LABELS), -16.0)
    weights[model.classes_] = model.coef_
    bias[model.classes_] = model.intercept_
    return Fitted(words, grams, weights, bias)


def _matrix(words: Vocabulary, grams: Vocabulary, pieces: Sequence[Piece]) -> Any:
    blocks = [words.matrix([each.words for each in pieces]), grams.matrix([each.grams for each in pieces])]
    return sparse.hstack(blocks, format="csr")
