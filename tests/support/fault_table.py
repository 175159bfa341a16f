"""Print which faults are tested, by which tests, and how they fared: `make test-faults`, which is pytest's `-p`.

A fault is tested by what carries the marker `fault` with its number. Every fault must be.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pytest

FAULTS: Final = {
    1: "client times out after the commit and retries",
    2: "32 clients send the same body at once",
    3: "different bodies for one run_id at once",
    4: "crash between chunks, or before the header flips",
    5: "header flipped, answer lost",
    6: "commit done, SendMessage fails or throttles",
    7: "SendMessage done, answer lost: message twice",
    8: "one message delivered twice at the same time",
    9: "run re-ingested while it is analysed",
    10: "Lambda times out in mid-batch",
    11: "slow worker wakes after its lease passed on",
    12: "poison message (garbage body)",
    13: "poison run (a bug in one rule)",
    14: "old messages redriven from the DLQ",
    15: "message for a deleted or expired run",
    16: "DynamoDB throttles 5 %, or 100 % for 10 s",
    17: "1,000 re-ingests a second of one run_id",
    18: "bodies at and over every limit",
    19: "gzip bomb",
    20: "hostile values: NaN, 2^63, surrogates, bad references",
    21: "rollup batch replayed, or the stream rewound",
    22: "re-ingest moves a run's rollup contribution",
    23: "100,000 distinct tool names in a rollup",
    24: "a progress write fails",
    25: "SSE client drops at each event and resumes",
    26: "Last-Event-ID garbage, old or future; unknown id",
    27: "the stream's time cap or Lambda's deadline",
    28: "500 clients reconnect at once",
    29: "forged, expired or other token; wrong or no secret",
    30: "texts with URLs, markup, escapes, newlines",
    31: "one byte of a stored chunk flips",
    32: "TTL deletes the header but not the chunks, or reverse",
    33: "clock skew of 10 minutes",
    35: "an item written by another version",
    36: "one damaged ledger, counter or other item",
    37: "clocks of two functions apart across an hour or a day",
    38: "a `running` message arrives after the final one",
    40: "texts in scripts whose digits and spaces are not ASCII",
    41: "a credential in any field of a run",
}


class Outcomes:
    """The tests of each fault, and which of them passed, failed or were skipped."""

    def __init__(self) -> None:
        self.tests: dict[int, dict[str, list[str]]] = defaultdict(dict)
        self._faults: dict[str, tuple[int, ...]] = {}

    def add(self, item: pytest.Item) -> None:
        """Note a test by the faults that it names; a number that is no fault is an error."""
        numbers = sorted({number for mark in item.iter_markers("fault") for number in mark.args})
        if unknown := [number for number in numbers if number not in FAULTS]:
            raise pytest.UsageError(f"{item.nodeid} names faults that there are not: {unknown}")
        self._faults[item.nodeid] = tuple(numbers)

    def note(self, report: pytest.TestReport) -> None:
        """Note how a test fared; what fails before or after its call has failed."""
        if report.when != "call" and report.passed:
            return
        name = report.nodeid.partition("[")[0]
        for number in self._faults.get(report.nodeid, ()):
            self.tests[number].setdefault(name, []).append(report.outcome)

    def state(self, number: int) -> str:
        """Return what is to be said of a fault: passed, failed, or that it has no test."""
        outcomes = [outcome for test in self.tests[number].values() for outcome in test]
        if "failed" in outcomes:
            return "failed"
        return "passed" if "passed" in outcomes else "none"

    def lines(self) -> Iterator[str]:
        """Yield the table: a line a fault, below it a line a test with the number of its cases."""
        for number, what in FAULTS.items():
            yield f"{number:>3}  {what:<56} {self.state(number)}"
            for name, outcomes in sorted(self.tests[number].items()):
                cases = f" ({len(outcomes)} cases)" if len(outcomes) > 1 else ""
                yield f"       {name}{cases}{' FAILED' if 'failed' in outcomes else ''}"


_outcomes = Outcomes()


def pytest_configure(config: pytest.Config) -> None:
    """Run only what tests a fault."""
    config.option.markexpr = config.option.markexpr or "fault"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note the faults of all tests that will run."""
    for item in session.items:
        _outcomes.add(item)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how each test fared."""
    _outcomes.note(report)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail if a fault is not tested, even where every test there is passed."""
    if exitstatus == pytest.ExitCode.OK and missing():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    terminalreporter.section("faults")
    for line in _outcomes.lines():
        terminalreporter.write_line(line)
    passed = sum(_outcomes.state(number) == "passed" for number in FAULTS)
    terminalreporter.write_line(f"{passed} of {len(FAULTS)} passed, {len(missing())} not")


def missing() -> list[int]:
    """Return the faults that should be tested and are not, or whose tests fail."""
    return [number for number in FAULTS if _outcomes.state(number) in ("none", "failed")]
