"""How right the readers are on texts that they were not made with, as tables.

A reader here is a function. Of a labelled row, and of a model of wording that has not seen the row's project, it makes
a verdict.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from rich.table import Table

from bench.tables import table_of
from bench.training.corpus import LABELS, Row
from bench.training.folds import fold_readers
from bench.training.padding import PADDINGS, may_be_padded, padded
from bench.verdicts import Verdict, accuracy, macro_f1
from rca_core.analysis.read.wording import WordingReader

Read = Callable[[Row, WordingReader], Verdict]

EACH_PADDED: Final = 4
SIZES: Final = (1_000, 2_000, 4_000, None)
_SURE: Final = ((0.95, "p 0.95"), (0.85, "p 0.85"), (0.7, "p 0.70"), (0.5, "p 0.50"), (0.0, "below"))


def read_wording(row: Row, reader: WordingReader) -> Verdict:
    """Return what the wording of a row alone speaks for, as sure as its probability."""
    opinion = reader.read(row.said)
    p = opinion.p
    return Verdict(row.source, row.category, opinion.claim, next(name for least, name in _SURE if p >= least))


def judged(rows: Sequence[Row], reads: Mapping[str, Read]) -> dict[str, list[Verdict]]:
    """Return what each reader says of every row that is measured, by cross-validation."""
    verdicts: dict[str, list[Verdict]] = {name: [] for name in reads}
    for reader, part in fold_readers(rows):
        for name, read in reads.items():
            verdicts[name] += [read(rows[place], reader) for place in part]
    return verdicts


def amid_others(rows: Sequence[Row], read: Read) -> dict[str, list[Verdict]]:
    """Return what a reader says of every fourth short failure, by itself and amid other lines, by cross-validation."""
    verdicts: dict[str, list[Verdict]] = {name: [] for name in ("nothing", *PADDINGS)}
    for reader, part in fold_readers(rows):
        for row in may_be_padded([rows[place] for place in part])[::EACH_PADDED]:
            verdicts["nothing"].append(read(row, reader))
            for kind in PADDINGS:
                verdicts[kind].append(read(padded(row, kind, seed=1), reader))
    return verdicts


def tables(by_reader: Mapping[str, Sequence[Verdict]]) -> Iterator[Table]:
    """Yield how right readers are, how sure they were, and what they find of each category."""
    yield _scores(by_reader)
    yield _reliability(by_reader)
    yield _recall(by_reader)


def _scores(by_reader: Mapping[str, Sequence[Verdict]]) -> Table:
    result = table_of(
        "Readers", "reader", "texts", "right", "macro-F1", "claims", "right", "no cause to tell", "false claims"
    )
    for name, verdicts in by_reader.items():
        claims = [each for each in verdicts if each.found != "unknown"]
        result.add_row(
            name,
            f"{len(verdicts):,}",
            f"{accuracy(verdicts):.3f}",
            f"{macro_f1(verdicts):.3f}",
            f"{len(claims):,}",
            _share(claims),
            f"{sum(each.expected == 'unknown' for each in verdicts):,}",
            f"{sum(each.is_false_assertion for each in verdicts):,}",
        )
    return result


def _reliability(by_reader: Mapping[str, Sequence[Verdict]]) -> Table:
    result = table_of("Claims by how sure they are", "reader", "sure", "claims", "right", "false")
    for name, verdicts in by_reader.items():
        levels = dict.fromkeys(chain((level for _, level in _SURE), ("high", "medium", "low")))
        for level in levels:
            of_it = [each for each in verdicts if each.confidence == level and each.found != "unknown"]
            if of_it:
                false = sum(each.is_false_assertion for each in of_it)
                result.add_row(name, level, f"{len(of_it):,}", _share(of_it), f"{false:,}")
    return result


def _recall(by_reader: Mapping[str, Sequence[Verdict]]) -> Table:
    columns = chain.from_iterable((f"{name}: found", "right") for name in by_reader)
    result = table_of("By category", "category", "texts", *columns)
    for label in LABELS:
        number = sum(each.expected == label for each in next(iter(by_reader.values())))
        figures = []
        for verdicts in by_reader.values():
            figures.append(_share([each for each in verdicts if each.expected == label]))
            figures.append(_share([each for each in verdicts if each.found == label]))
        result.add_row(label, f"{number:,}", *figures)
    return result


def learning_curve(rows: Sequence[Row]) -> Table:
    """Return how right wording is when trained with fewer rows."""
    result = table_of(
        "Wording by rows trained with", "rows", "right", "macro-F1", "claims from p 0.85", "right", "false claims"
    )
    for size in SIZES:
        verdicts = [read_wording(rows[place], reader) for reader, part in fold_readers(rows, size) for place in part]
        sure = [each for each in verdicts if each.confidence in ("p 0.95", "p 0.85") and each.found != "unknown"]
        false = sum(each.is_false_assertion for each in verdicts)
        name = f"{size:,}" if size else "all of four folds"
        result.add_row(
            name, f"{accuracy(verdicts):.3f}", f"{macro_f1(verdicts):.3f}", f"{len(sure):,}", _share(sure), f"{false:,}"
        )
    return result


def _share(verdicts: Sequence[Verdict]) -> str:
    return f"{accuracy(verdicts):.3f}" if verdicts else "-"
