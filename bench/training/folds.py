"""Readers that have not seen the texts that they read: cross-validation in which a project is never on both sides."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from bench.training import fit, vectors, weights
from bench.training.corpus import OWN, Row, digest_of
from rca_core.analysis.read import wording, wording_text
from rca_core.analysis.read.wording import Opinion, WordingReader

FOLDS: Final = 5
CACHE: Final = Path(__file__).parents[2] / "build" / "wording"
_MADE_BY: Final = (fit, vectors, weights, wording, wording_text)


def parts(rows: Sequence[Row]) -> list[list[int]]:
    """Return the places of the rows to be read in each fold: whole groups, the folds of about one size.

    The project's own rows are in none. They are always trained with.
    """
    sizes = Counter(row.group for row in rows if row.source != OWN)
    filled = [0] * FOLDS
    fold_of: dict[str, int] = {}
    for group, size in sorted(sizes.items(), key=lambda each: (-each[1], each[0])):
        fold_of[group] = fold = filled.index(min(filled))
        filled[fold] += size
    folds: list[list[int]] = [[] for _ in range(FOLDS)]
    for place, row in enumerate(rows):
        if row.source != OWN:
            folds[fold_of[row.group]].append(place)
    return folds


def fold_readers(rows: Sequence[Row], size: int | None = None) -> Iterator[tuple[WordingReader, list[int]]]:
    """Yield a reader and the places of the rows that it was not trained with; `size` limits those it was."""
    for part in parts(rows):
        apart = set(part)
        known = [row for place, row in enumerate(rows) if place not in apart]
        yield trained_with(known if size is None else some_of(known, size)), part


def out_of_fold(rows: Sequence[Row]) -> list[Opinion | None]:
    """Return for each row the opinion of a reader that knows no text of its project; none for the project's own."""
    opinions: list[Opinion | None] = [None] * len(rows)
    for reader, part in fold_readers(rows):
        for place in part:
            opinions[place] = reader.read(rows[place].said)
    return opinions


def some_of(rows: Sequence[Row], number: int) -> list[Row]:
    """Return that many of the rows, the same at every call; of more rows, all that are among fewer."""
    chosen = set(sorted(range(len(rows)), key=lambda place: digest_of([rows[place]]))[:number])
    return [row for place, row in enumerate(rows) if place in chosen]


def trained_with(rows: Sequence[Row]) -> WordingReader:
    """Return a reader of these rows, from `build/` where it was trained before."""
    digest = digest_of(rows)
    path = CACHE / f"{hashlib.sha256((digest + _made_by()).encode()).hexdigest()[:32]}.bin"
    if not path.exists():
        content = weights.pack(fit.fit(rows), digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return WordingReader(path.read_bytes())


@cache
def _made_by() -> str:
    return "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in _MADE_BY)
