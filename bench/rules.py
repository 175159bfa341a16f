"""CPU of an analysis with the slowest files of rules that are accepted, each on the runs that are worst for it.

`python -m bench.rules`. What a run adds beyond the text that is matched of it must not grow with its size.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice, product
from string import ascii_lowercase
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.measure import cpu_ms
from rca_core.analysis import RuleSet, analyze
from rca_core.analysis.rules.compiled import compiled
from rca_core.analysis.rules.custom import MAX_PATTERNS, MAX_SIZE, read_custom_rules
from rca_core.analysis.rules.model import MAX_FILE
from rca_core.telemetry import AgentRun

SIZES: Final = (10, 1_000, 10_000)
SLOW: Final = (".{0,90}.{0,90}[#%]", ".{0,90}?[#%]", "a{0,9}a{0,9}[#%]", "[ab][#%]")
"""Patterns that try all they can wherever they are tried, and match no text here."""
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
LONG: Final = "a" * 1_900
PAIRS: Final = ["".join(pair) for pair in product(ascii_lowercase, "abcdefghij")]


def table() -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title="CPU (ms, median) of an analysis in which all children fail", title_justify="left")
    for name in ("rules", "patterns", "load", *(f"{size:,} children" for size in SIZES)):
        result.add_column(name, justify="right")
    quick = [f"{first}{second}[0-9]" for first, second in islice(product(ascii_lowercase, repeat=2), 500)] * 2
    for name, text in (("long", LONG), ("middling", LONG[:60]), ("short", "")):
        result.add_row(f"built-in, {name} texts", *_figures([], text))
        for pattern in SLOW:
            result.add_row(escape(f"{pattern}, {name}"), *_figures(_as_many_as_fit(pattern), text))
    result.add_row("of many texts", *_figures(_as_many_as_fit(f"(?:{'|'.join(PAIRS)})[#%]"), "".join(PAIRS) * 3))
    result.add_row("quick, long texts", *_figures(quick[:MAX_PATTERNS], LONG))
    result.add_row("quick, short texts", *_figures(quick[:MAX_PATTERNS], ""))
    return result


def _figures(patterns: Sequence[str], text: str) -> tuple[str, ...]:
    content = _file(patterns)
    rules = _loaded(content)
    cpu = [cpu_ms(partial(_loaded, content), repeats=3)]
    cpu += [cpu_ms(partial(analyze, _run(size, text), now=_NOW, rules=rules), repeats=1) for size in SIZES]
    return str(len(patterns)), *(f"{value:,.0f}" for value in cpu)


def _as_many_as_fit(pattern: str) -> list[str]:
    return [pattern] * min(MAX_PATTERNS, MAX_SIZE // compiled(pattern).programsize, MAX_FILE // (len(pattern) + 40))


def _file(patterns: Sequence[str]) -> bytes:
    parts = [patterns[start : start + 200] for start in range(0, len(patterns), 200)]
    rule: dict[str, Any] = {"category": "upstream_error", "cause": "slow", "strength": 50}
    return json.dumps(
        {"rules": [{**rule, "id": f"bench.{n}", "patterns": part} for n, part in enumerate(parts)]}
    ).encode()


def _loaded(content: bytes) -> RuleSet:
    rules = read_custom_rules(content, source="bench").table
    _ = rules.lookup
    return rules


def _run(children: int, text: str) -> AgentRun:
    # Texts that differ in their numbers only are one text; these are not.
    letters = map("".join, product(ascii_lowercase, repeat=3))
    calls = [
        {"call_id": f"call-{number}", "tool_name": "tool", "status": "failure", "error_message": next(letters) + text}
        for number in range(children)
    ]
    run = {"run_id": "bench", "agent_name": "bench", "started_at": _NOW, "status": "failure", "tool_calls": calls}
    return AgentRun.model_validate(run)


if __name__ == "__main__":
    Console(width=120).print(table())
