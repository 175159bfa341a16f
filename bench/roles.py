"""How right the names are that are read from error texts: `python -m bench.roles`.

Right is a message whose first name and its role are those of its label; wrong is one in which any name is said that is
none of its label. What each half of the data is for stands in data/roles/README.md.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rca_core.analysis.read.roles import BlamedArgument, blamed_arguments

LABELLED: Final = Path(__file__).parents[1] / "data" / "roles"


@dataclass(slots=True)
class Score:
    """Counts of messages: all, those that name an argument, right ones of these, and those with a wrong name."""

    messages: int = 0
    naming: int = 0
    right: int = 0
    wrong: int = 0
    silent: int = 0
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the labelled messages of a file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def measure(rows: Sequence[dict[str, Any]]) -> Score:
    """Return how right the names in labelled messages are read."""
    score = Score()
    for row in rows:
        texts = [text for text in (row["error_message"], row.get("result_summary")) if text]
        found = blamed_arguments(texts, row["args_json"], tool_name=row["tool_name"])
        score.messages += 1
        score.wrong += any(each.name not in (row["name"], *row["also"]) for each in found)
        if row["kind"]:
            score.naming += 1
            score.right += _is_right(row, found)
            score.silent += not found
            score.by_kind[row["kind"], "right" if _is_right(row, found) else "not"] += 1
    return score


def _is_right(row: dict[str, Any], found: Sequence[BlamedArgument]) -> bool:
    return bool(found) and (found[0].name, found[0].kind) == (row["name"], row["kind"])


def _lines(path: Path) -> Iterator[str]:
    score = measure(read_rows(path))
    yield f"roles {path.stem:12} {score.messages:4} messages, {score.naming} of them name an argument"
    yield f"  name and role right {score.right / score.naming:.3f}, no name {score.silent / score.naming:.3f}"
    yield f"  a wrong name said in {score.wrong / score.messages:.4f} of all"
    for kind in ("missing", "unexpected", "wrong_type", "wrong_value"):
        right = score.by_kind[kind, "right"]
        yield f"    {kind:11} {right} of {right + score.by_kind[kind, 'not']}"


def main() -> int:
    """Print the scores of both halves of the data."""
    for path in sorted(LABELLED.glob("*.jsonl")):
        print(*_lines(path), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
