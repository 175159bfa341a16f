"""How often history is wrongly blamed, and how soon rightly: `python -m bench.regression [HISTORIES]`.

Each history is drawn anew and ends in a failed run that says nothing about why. Without a change, every alarm is false:
at most one analysis in twenty may give one.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.histories import Agent, Drawn, answer, history, nothing, prose
from bench.tables import table_of
from rca_core.analysis.history import LEVEL, regression_evidence

HISTORIES: Final = 2_000
_SEED: Final = 20260302

_DRAFT: Final = {"Plan": ((1.0, prose(120)),), "Draft": ((1.0, answer("text", "sources")),)}

STATIONARY: Final[Mapping[str, tuple[Agent, range, range]]] = {
    "rare failures": (Agent(0.02, _DRAFT), range(20, 41), range(5, 41)),
    "frequent failures": (Agent(0.4, _DRAFT), range(20, 41), range(5, 41)),
    "heavy-tailed lengths": (
        Agent(0.1, {f"Step {n}": ((1.0, prose(150, 1.5)),) for n in range(6)}),
        range(20, 41),
        range(5, 41),
    ),
    "few runs": (
        Agent(
            0.3, {"Plan": ((0.8, prose(40, 1.0)), (0.2, nothing)), "Act": ((1.0, prose(90, 1.0)),)}, tools={"find": 0.3}
        ),
        range(10, 14),
        range(5, 8),
    ),
    "many steps and tools": (
        Agent(
            0.2,
            {f"Step {n}": ((0.9, answer("a", "b")), (0.1, prose(900))) for n in range(12)},
            step_fails=0.1,
            tools={f"tool-{n}": 0.2 for n in range(12)},
        ),
        range(20, 41),
        range(5, 41),
    ),
    "shapes and keys of all kinds": (
        Agent(
            0.2,
            {
                "Draft": ((0.5, answer("a", "b")), (0.1, answer("a")), (0.3, prose(300, 1.0)), (0.1, nothing)),
                "Plan": ((0.9, prose(50)), (0.1, answer("next"))),
            },
        ),
        range(20, 41),
        range(5, 41),
    ),
    "failures with other outputs": (
        Agent(0.02, {"Draft": ((0.9, answer("text")), (0.1, prose(60)))}, unusual_fails=0.9, tools={"save": 0.1}),
        range(20, 41),
        range(5, 41),
    ),
    "most outputs cut": (Agent(0.1, {"Draft": ((1.0, prose(2_500, 0.6)),)}), range(20, 41), range(5, 41)),
}

_OLD: Final = Agent(0.05, _DRAFT, tools={"save": 0.05})
CHANGED: Final[Mapping[str, Agent]] = {
    "half of the runs fail": replace(_OLD, fails=0.5),
    "a quarter of the runs fail": replace(_OLD, fails=0.25),
    "a tool fails in 6 of 10 runs, half fail": replace(_OLD, fails=0.5, tools={"save": 0.6}),
    "prose for JSON, 8 of 10 fail": replace(_OLD, fails=0.8, steps={**_DRAFT, "Draft": ((1.0, prose(200)),)}),
    "prose for JSON in 4 of 10 runs, which fail": replace(
        _OLD, steps={**_DRAFT, "Draft": ((0.6, answer("text", "sources")), (0.4, prose(200)))}, unusual_fails=1.0
    ),
    "a key lost, half fail": replace(_OLD, fails=0.5, steps={**_DRAFT, "Draft": ((1.0, answer("text")),)}),
    "three times as long, half fail": replace(
        _OLD, fails=0.5, steps={**_DRAFT, "Draft": ((1.0, answer("text", "sources", median=600)),)}
    ),
    "prose for JSON, failures as before": replace(_OLD, steps={**_DRAFT, "Draft": ((1.0, prose(200)),)}),
    "a tenth longer, failures as before": replace(
        _OLD, steps={**_DRAFT, "Draft": ((1.0, answer("text", "sources", median=220)),)}
    ),
}
BEFORE: Final = 40
AFTER: Final = (5, 8, 12, 20, 40)


def false_alarms(kind: str, count: int) -> Counter[str]:
    """Return, by what is claimed, how many of so many histories without a change are blamed; `any` counts each once."""
    agent, before, after = STATIONARY[kind]
    rng = random.Random(f"{_SEED} {kind}")  # noqa: S311  the same histories each time
    found: Counter[str] = Counter()
    for _ in range(count):
        earlier, later = ([agent.draw(rng) for _ in range(rng.choice(sizes))] for sizes in (before, after))
        found += _claims(earlier, later, agent.draw_failed(rng))
    return found


def detections(change: str, after: int, count: int) -> Counter[str]:
    """Return the same of histories with a change, so many runs after it."""
    rng = random.Random(f"{_SEED} {change} {after}")  # noqa: S311  the same histories each time
    new = CHANGED[change]
    found: Counter[str] = Counter()
    for _ in range(count):
        earlier = [_OLD.draw(rng) for _ in range(BEFORE)]
        found += _claims(earlier, [new.draw(rng) for _ in range(after)], new.draw_failed(rng))
    return found


def outage_alarms(count: int) -> Counter[str]:
    """Return the same of histories without a change, whose failures come in outages: not independent of each other."""
    rng = random.Random(f"{_SEED} outages")  # noqa: S311  the same histories each time
    found: Counter[str] = Counter()
    for _ in range(count):
        runs = [*islice(_in_outages(rng), 60)]
        found += _claims(runs[:40], runs[40:], next(each for each in _in_outages(rng) if each.failed))
    return found


def _in_outages(rng: random.Random) -> Iterator[Drawn]:
    """Yield runs that fail in a twentieth of cases, and in two thirds during outages of about ten runs."""
    calm, outage = replace(_OLD, fails=0.02), replace(_OLD, fails=0.67)
    out = False
    while True:
        out = rng.random() < (0.9 if out else 0.01)
        yield (outage if out else calm).draw(rng)


def _claims(before: Sequence[Drawn], after: Sequence[Drawn], failed: Drawn) -> Counter[str]:
    run, profiles = history(before, after, failed)
    found = {str(each.attributes["observation"]) for each in regression_evidence(run, profiles)}
    return Counter([*found, "any"] if found else [])


def false_alarm_table(count: int) -> Table:
    """Return the rates of false alarms."""
    result = table_of(
        f"False alarms in {count:,} histories without a change (%), level {LEVEL:.0%}", "history", *_CLAIMS.values()
    )
    for kind in STATIONARY:
        result.add_row(kind, *_percent(false_alarms(kind, count), count))
    result.add_row("outages: runs depend on each other", *_percent(outage_alarms(count), count))
    return result


def detection_table(count: int) -> Table:
    """Return how many are found, by the runs since the change."""
    title = f"Claims in {count:,} histories with a change after {BEFORE} runs (%): any, and of these with the outputs"
    result = table_of(title, "change", *(f"{after} runs" for after in AFTER))
    for change in CHANGED:
        cells = []
        for after in AFTER:
            found = detections(change, after, count)
            outputs = found["output_regression"] + found["output_change"]
            cells.append(f"{100 * found['any'] / count:.0f}, {100 * outputs / count:.0f}")
        result.add_row(change, *cells)
    return result


_CLAIMS: Final = {"any": "any", "regression": "outcomes", "output_regression": "outputs", "output_change": "together"}


def _percent(found: Counter[str], count: int) -> Iterator[str]:
    return (f"{100 * found[claim] / count:.1f}" for claim in _CLAIMS)


def main() -> None:
    """Print both tables; an argument says how many histories of each kind, 2,000 without one."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else HISTORIES
    console = Console(width=120)
    console.print(false_alarm_table(count))
    console.print(detection_table(max(1, count // 10)))


if __name__ == "__main__":
    main()
