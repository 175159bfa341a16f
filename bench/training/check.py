"""Check the labelled texts: `python -m bench.training.check` prints their table, and fails when a rule is broken."""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.tables import table_of
from bench.training.corpus import LABELS, OWN, Row, read_rows
from rca_core.analysis.read.wording_text import Said, read_words

LONGEST: Final = 2_000
MOST_OF_ONE_SOURCE: Final = 0.02
LEAST_REAL: Final = 0.5
LEAST_ROWS: Final = 4_000
LEAST_SOURCES: Final = 150
LEAST_OF_A_CATEGORY: Final = 100
TOO_MUCH_ALIKE: Final = 0.8
_SECRETS: Final = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{16,}|A[KS]IA[0-9A-Z]{12,}|gh[pousr]_[A-Za-z0-9]{16,}|xox[abpr]-[A-Za-z0-9-]{10,}"
    r"|AIza[0-9A-Za-z_-]{20,}|hf_[A-Za-z0-9]{16,}|eyJ[A-Za-z0-9_-]{20,})|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def masked(text: str) -> str:
    """Return a text without what differs from time to time: case, numbers, marks."""
    return " ".join("#" if each.isdigit() else each for each in _words(text))


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return every three words in a row of a text, by which texts are compared."""
    words = _words(text)
    return frozenset(zip(words, words[1:], words[2:], strict=False)) if len(words) > 4 else frozenset([tuple(words)])


def _words(text: str) -> list[str]:
    return [each.text for each in read_words(Said(text))]


def problems(rows: Sequence[Row]) -> list[str]:
    """Return what is wrong with the rows, one sentence each."""
    return [*_in_each(rows), *_alike(rows), *_in_all(rows)]


def _in_each(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        where = f"{row.source}: {row.said.text[:60]!r}"
        texts = [each for each in (row.error_class, row.error_message, row.result_summary) if each]
        if row.category not in LABELS or not set(row.labels) <= set(LABELS) or not 1 <= len(row.labels) <= 2:
            yield f"{where} has a label that is none"
        elif row.category != agreed(row.labels):
            yield f"{where} is {row.category}, which does not follow from {', '.join(row.labels)}"
        if row.scope not in ("tool", "run", "step") or row.status not in ("failure", "success"):
            yield f"{where} has a scope or a status that is none"
        if (row.scope == "tool") != (row.tool_name is not None) and row.source != OWN:
            yield f"{where} names a tool and is none, or the other way about"
        if row.status_code is not None and not 100 <= row.status_code <= 599:
            yield f"{where} has a status that is none of HTTP's"
        if not texts and row.status_code is None:
            yield f"{where} says nothing at all"
        if any(len(each) > LONGEST for each in texts):
            yield f"{where} is longer than {LONGEST} characters"
        if any(map(_SECRETS.search, texts)):
            yield f"{where} holds what looks like a secret"


def agreed(labels: Sequence[str]) -> str | None:
    """Return the category that labels make: unknown where one of two says so, none where they name two causes."""
    if len(set(labels)) == 1:
        return labels[0]
    return "unknown" if "unknown" in labels else None


def _alike(rows: Sequence[Row]) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    holding: defaultdict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    sizes: list[int] = []
    for number, row in enumerate(rows):
        text = row.said.text
        key = (masked(text), row.status, row.error_class, row.status_code)
        if key in seen:
            yield f"{row.source}: {text[:60]!r} is there twice, numbers aside"
        seen.add(key)
        own = shingles(text)
        sizes.append(len(own))
        for other, common in Counter(chain.from_iterable(holding[row.source, each] for each in own)).items():
            alike = common >= TOO_MUCH_ALIKE * (len(own) + sizes[other] - common)
            if alike and _same_facts(row, rows[other]):
                yield f"{row.source}: {text[:60]!r} is much like {rows[other].said.text[:60]!r}"
        for each in own:
            holding[row.source, each].append(number)


def _same_facts(row: Row, other: Row) -> bool:
    return (row.status, row.error_class, row.status_code) == (other.status, other.error_class, other.status_code)


def _in_all(rows: Sequence[Row]) -> Iterator[str]:
    others = [row for row in rows if row.source != OWN]
    sources = Counter(row.source for row in others)
    for source, number in sources.items():
        if number > MOST_OF_ONE_SOURCE * len(rows):
            yield f"{source} has {number} rows, more than {MOST_OF_ONE_SOURCE:.0%}"
    if len(rows) < LEAST_ROWS or len(sources) < LEAST_SOURCES:
        yield f"{len(rows)} rows of {len(sources)} sources are too few"
    if sum(row.real for row in rows) < LEAST_REAL * len(rows):
        yield "less than half of the rows are real"
    counts = Counter(row.category for row in rows)
    yield from (f"{each} has {counts[each]} rows, too few" for each in LABELS if counts[each] < LEAST_OF_A_CATEGORY)


def table(rows: Sequence[Row]) -> Table:
    """Return how many rows there are of each category, and of which kind."""
    result = table_of("Labelled texts", "category", "rows", "real", "sources", "results", "two labels", "that differ")
    for category in (*LABELS, "all"):
        of_it = [row for row in rows if category in (row.category, "all")]
        twice = [row for row in of_it if len(row.labels) == 2]
        figures = (
            len(of_it),
            sum(row.real for row in of_it),
            len({row.source for row in of_it}),
            sum(row.status == "success" for row in of_it),
            len(twice),
            sum(row.labels[0] != row.labels[1] for row in twice),
        )
        result.add_row(category, *(f"{each:,}" for each in figures))
    return result


def main() -> int:
    """Print the table and what is wrong."""
    rows = read_rows()
    Console(width=120).print(table(rows))
    wrong = problems(rows)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
