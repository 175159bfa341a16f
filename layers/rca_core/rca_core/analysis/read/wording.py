"""The second reader: a linear model of wording, whose weights are data.

It knows nothing of the rules. `make train` makes `wording.bin` from the labelled texts in `data/texts`. All that
decides is done in whole numbers, so the same file gives the same answer on every machine.
"""

import json
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise
from math import isqrt, log
from operator import itemgetter, mul
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from rca_core.analysis.model import Category
from rca_core.analysis.read.wording_text import Said, Word, beside, grams_of, into_pieces, pair_of, read_words, words_of

WEIGHTS: Final = Path(__file__).with_name("wording.bin")
MAGIC: Final = b"wording 1\n"
UNIT: Final = 256
"""Scores and frequencies are counted in 256ths."""
SCALE: Final = 1 << 20
RESULT_CLAIM: Final = 8_500
"""Ten-thousandths of probability from which the result of a successful call is said to hold an error."""
MAX_PHRASED: Final = 8
MAX_APART: Final = 40
"""Characters between two words of one phrase; lines that were passed over may lie between them."""
MOST_COUNTED: Final = 64
TIMES: Final = tuple(round(UNIT * (1 + log(max(1, times)))) for times in range(MOST_COUNTED + 1))
"""What a word weighs by how often it occurs: 1 + ln(times)."""
_WHOLE: Final = 10_000
_ONE: Final = 1 << 40
_STEP_DOWN: Final = 1_095_225_038_176  # exp(-1/256) of `_ONE`
_FARTHEST: Final = 16 * UNIT


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the wording of a text speaks for; probabilities are in ten-thousandths, and add up to about one."""

    probabilities: dict[Category, int]
    claim: Category
    """The likeliest category; `unknown` where a successful call's result is not clearly an error."""
    phrases: tuple[tuple[int, int], ...]
    """Where the words stand that speak most for `best`: start and end in the text."""
    is_long: bool
    """Whether the text was read in pieces, of which the most assertive one decides."""

    @property
    def best(self) -> Category:
        """Return the likeliest category."""
        return max(self.probabilities, key=self.probabilities.__getitem__)

    @property
    def p(self) -> float:
        """Return the probability of the likeliest category."""
        return self.probabilities[self.best] / _WHOLE


class Block(NamedTuple):
    """One kind of features: the place of each in the weights, how rare it is, and for each category its weights."""

    places: dict[str, int]
    rarity: Sequence[int]
    weights: tuple[Sequence[int], ...]


class Features(NamedTuple):
    """What occurs of one block in a piece: places, values, and the length of the vector that they make."""

    places: tuple[int, ...]
    values: tuple[int, ...]
    norm: int


class WordingReader:
    """Reads texts with one set of weights."""

    def __init__(self, content: bytes) -> None:
        """Take the content of a file of weights."""
        head, words, grams = _unpack(content)
        self.digest: str = head["digest"]
        """Of the labelled texts that the weights were trained with."""
        self._categories: tuple[Category, ...] = tuple(head["categories"])
        self._bias: list[int] = head["bias"]
        self._step: int = head["step"]
        self._words = words
        self._grams = grams
        self._grams_of = lru_cache(maxsize=16_384)(self._known_grams)

    @classmethod
    def load(cls) -> Self:
        """Return the reader with the weights that come with the product."""
        return cls(WEIGHTS.read_bytes())

    def read(self, said: Said) -> Opinion:
        """Return what the wording of a text speaks for."""
        facts, named = beside(said)
        pieces = into_pieces(read_words(said), said)
        read = [self._read_piece(facts, named, piece) for piece in pieces]
        unknown = self._categories.index("unknown")
        number = max(range(len(read)), key=lambda each: max(_without(read[each], unknown)))
        probabilities = dict(zip(self._categories, read[number], strict=True))
        best = max(probabilities, key=probabilities.__getitem__)
        phrases = () if best == "unknown" else self._phrases(facts, named, pieces[number], best)
        doubted = said.is_result and probabilities[best] < RESULT_CLAIM
        return Opinion(probabilities, "unknown" if doubted else best, phrases, len(pieces) > 1)

    def _read_piece(self, facts: Sequence[str], named: Sequence[Word], piece: Sequence[Word]) -> list[int]:
        scores = list(self._bias)
        for block, found in self._features(facts, named, piece):
            if found.places:
                pick = itemgetter(*found.places, found.places[0])  # one more, so that it is always a tuple
                per = found.norm * SCALE
                for category, weights in enumerate(block.weights):
                    total = sum(map(mul, found.values, pick(weights)))
                    scores[category] += total * self._step // per
        return _softmax(scores)

    def _features(
        self, facts: Sequence[str], named: Sequence[Word], piece: Sequence[Word]
    ) -> tuple[tuple[Block, Features], ...]:
        texts = [each.text for each in chain(named, piece)]
        known = self._words.places
        words = (known[text] for text in words_of(facts, texts) if text in known)
        grams = chain.from_iterable(map(self._grams_of, texts))
        return (self._words, weigh(words, self._words.rarity)), (self._grams, weigh(grams, self._grams.rarity))

    def _known_grams(self, word: str) -> tuple[int, ...]:
        places = self._grams.places
        return tuple(places[gram] for gram in grams_of(word) if gram in places)

    def _phrases(
        self, facts: Sequence[str], named: Sequence[Word], piece: Sequence[Word], best: Category
    ) -> tuple[tuple[int, int], ...]:
        """Return where the words stand that speak most for a category, neighbours joined."""
        category = self._categories.index(best)
        per_word, per_gram = (
            {
                place: value * UNIT * block.weights[category][place] // found.norm
                for place, value in zip(found.places, found.values, strict=True)
            }
            for block, found in self._features(facts, named, piece)
        )

        def spoken(text: str) -> int:
            return per_word.get(self._words.places.get(text, -1), 0)

        speaks = [spoken(each.text) + sum(map(per_gram.__getitem__, self._grams_of(each.text))) for each in piece]
        for at, (one, other) in enumerate(pairwise(piece)):
            half = spoken(pair_of(one.text, other.text)) // 2
            speaks[at] += half
            speaks[at + 1] += half
        least = max(max(speaks, default=0) // 4, 1)
        top = sorted((at for at, much in enumerate(speaks) if much >= least), key=lambda at: (-speaks[at], at))
        return _joined([(at, piece[at]) for at in sorted(top[:MAX_PHRASED])])


@cache
def default_reader() -> WordingReader:
    """Return the reader that comes with the product, loaded once."""
    return WordingReader.load()


def weigh(places: Iterable[int], rarity: Sequence[int]) -> Features:
    """Return how much each feature weighs that occurs at these places of a block, by how often and how rare it is."""
    counts = Counter(places)
    values = tuple([TIMES[times if times < MOST_COUNTED else -1] * rarity[place] for place, times in counts.items()])
    return Features(tuple(counts), values, isqrt(sum(map(mul, values, values))) or 1)


def _without(values: Sequence[int], left_out: int) -> list[int]:
    return [value for number, value in enumerate(values) if number != left_out]


@cache
def _powers() -> tuple[int, ...]:
    """Return exp(-n/256), which whole numbers make the same everywhere."""
    powers = [_ONE]
    for _ in range(_FARTHEST):
        powers.append(powers[-1] * _STEP_DOWN // _ONE)
    return tuple(powers)


def _softmax(scores: Sequence[int]) -> list[int]:
    powers = _powers()
    highest = max(scores)
    parts = [powers[min(highest - score, _FARTHEST)] for score in scores]
    total = sum(parts)
    return [(part * _WHOLE + total // 2) // total for part in parts]


def _joined(words: Sequence[tuple[int, Word]]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    last = -2
    for at, word in words:
        if at == last + 1 and word.start - spans[-1][1] <= MAX_APART:
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
        last = at
    return tuple(spans)


def _unpack(content: bytes) -> tuple[dict[str, Any], Block, Block]:
    if not content.startswith(MAGIC):
        raise ValueError("not a file of weights")
    head_line, rest = zlib.decompress(content[len(MAGIC) :]).split(b"\n", 1)
    head = json.loads(head_line)
    blocks = []
    for size, length in head["blocks"]:
        names, rest = rest[:length].decode(), rest[length:]
        rarity = array("H", rest[: 2 * size])
        if sys.byteorder == "big":
            rarity.byteswap()
        rest = rest[2 * size :]
        categories = len(head["categories"])
        view = memoryview(rest).cast("b")
        weights = tuple(view[number * size : (number + 1) * size] for number in range(categories))
        rest = rest[categories * size :]
        blocks.append(Block(dict(zip(names.split("\n"), range(size), strict=True)), rarity, weights))
    return head, blocks[0], blocks[1]
