"""The labelled texts of `data/texts`: what a row is, and which rows belong together."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from rca_core.analysis.model import CATEGORIES
from rca_core.analysis.read.wording_text import Said

TEXTS: Final = Path(__file__).parents[2] / "data" / "texts"
LABELS: Final = tuple(each for each in CATEGORIES if each != "prompt_regression")
"""What a text can say: a regression shows in comparison only."""
OWN: Final = "written:project"
"""Rows that the rules were made with: no measure of the rules, so nothing is measured on them."""
_FIELDS: Final = ("scope", "status", "tool_name", "error_class", "error_message", "status_code", "result_summary")
_NOT_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text; `data/README.md` says what each field holds."""

    source: str
    real: bool
    scope: Literal["tool", "run", "step"]
    status: Literal["failure", "success"]
    tool_name: str | None
    error_class: str | None
    error_message: str | None
    status_code: int | None
    result_summary: str | None
    category: str
    cause: str
    labels: tuple[str, ...]
    why: str

    @property
    def said(self) -> Said:
        """Return what the reader of wording is given."""
        return Said.of(**{name: getattr(self, name) for name in _FIELDS})

    @property
    def group(self) -> str:
        """Return the project that the text comes from: its packages and services are one."""
        kind, _, name = self.source.partition(":")
        first = _NOT_NAME.split(name.lower().lstrip("@"))[0]
        return f"{kind}:{first}" if kind == "written" else first


def read_rows(paths: Iterable[Path] | None = None) -> list[Row]:
    """Return the rows of the files, by default of all in `data/texts`, in their order.

    Raises:
        ValueError: a line is no row.
    """
    rows = []
    for path in sorted(TEXTS.glob("*.jsonl")) if paths is None else paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                rows.append(row_from(json.loads(line)))
            except (TypeError, ValueError) as error:
                raise ValueError(f"{path.name}:{number}: {error}") from error
    return rows


def row_from(fields: dict[str, Any]) -> Row:
    """Return the row that the fields of a line make."""
    return Row(**{**fields, "labels": tuple(fields["labels"])})


def loose_row(fields: dict[str, Any]) -> Row:
    """Return the row of a labelled text that says less than those of `data/texts`: what it lacks is not told."""
    told = {name: fields.get(name) for name in _FIELDS}
    at_tool = told["tool_name"] or told["result_summary"] is not None or told["status"] == "success"
    own = {"scope": told["scope"] or ("tool" if at_tool else "run"), "cause": "", "why": ""}
    source = str(fields.get("source") or fields.get("id") or "")
    category = fields["category"]
    return Row(**{**told, **own, "source": source, "real": True, "category": category, "labels": (category,)})


def digest_of(rows: Sequence[Row]) -> str:
    """Return what tells these rows from others."""
    lines = (json.dumps(asdict(row), ensure_ascii=False, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
