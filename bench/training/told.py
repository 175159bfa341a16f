"""What `make bench-rca` measured, as docs/reports.md tells it: `python -m bench.rca --write` puts it there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.training.corpus import LABELS
from bench.verdicts import Verdict, accuracy

REPORTS: Final = Path(__file__).parents[2] / "docs" / "reports.md"
START: Final = "<!-- measured: make bench-rca -->\n"
END: Final = "<!-- end of what was measured -->\n"


def measured(verdicts: Sequence[Verdict], among: Mapping[str, Sequence[Verdict]]) -> str:
    """Return tables of how right claims are by how sure they were, by category, and in long texts, as Markdown."""
    return "\n".join((*_by_confidence(verdicts), "", *_by_category(verdicts), "", *_among(among), ""))


def write(content: str, path: Path = REPORTS) -> None:
    """Put what was measured between the marks of a document."""
    before, _, rest = path.read_text(encoding="utf-8").partition(START)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{path.name} has no place for what was measured")
    path.write_text(before + START + content + END + after, encoding="utf-8")


def _by_confidence(verdicts: Sequence[Verdict]) -> Iterator[str]:
    none = [each for each in verdicts if each.expected == "unknown"]
    yield f"{len(verdicts):,} texts, right {accuracy(verdicts):.3f}; {len(none):,} of them name no cause."
    yield ""
    yield "| confidence | claims | right | of the texts that name no cause, given one |"
    yield "|---|---|---|---|"
    for level in ("high", "medium", "low"):
        claims = _claims(verdicts, level)
        false = sum(each.is_false_assertion for each in claims)
        yield f"| `{level}` | {len(claims):,} | {_share(claims)} | {false / len(none):.3f} |"


def _by_category(verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield "| category | texts | found | claims of it that are right |"
    yield "|---|---|---|---|"
    for label in LABELS:
        of_it = [each for each in verdicts if each.expected == label]
        said = [each for each in verdicts if each.found == label]
        yield f"| `{label}` | {len(of_it):,} | {_share(of_it)} | {_share(said)} |"


def _among(among: Mapping[str, Sequence[Verdict]]) -> Iterator[str]:
    yield "| short failures, amid 1,900 characters of | texts | right | `high` | right |"
    yield "|---|---|---|---|---|"
    for name, verdicts in among.items():
        sure = _claims(verdicts, "high")
        yield f"| {name} | {len(verdicts):,} | {_share(verdicts)} | {len(sure):,} | {_share(sure)} |"


def _claims(verdicts: Sequence[Verdict], level: str) -> list[Verdict]:
    return [each for each in verdicts if each.confidence == level and each.found != "unknown"]


def _share(verdicts: Sequence[Verdict]) -> str:
    return f"{accuracy(verdicts):.3f}" if verdicts else "-"
