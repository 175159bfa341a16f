"""Error texts in the words of many frameworks, and results that only speak of errors, each with its right category."""

import re
from dataclasses import asdict
from typing import Any

from bench.rca import judge
from bench.verdicts import accuracy, macro_f1
from tests.unit.analysis.labelled import OWN_ROWS

ROWS: list[dict[str, Any]] = [{"id": f"text-{number}", **asdict(row)} for number, row in enumerate(OWN_ROWS, 1)]
WORDS_OF_FAILURE = re.compile(
    r"\b[45]\d\d\b|time[sd]? ?out|den(?:y|ied)|permi(?:t|ssion)|forbidden|authori|access|valid|required|limit|quota"
    r"|throttl|error|fail|refused|block|no results|exceed|expired|context|parse",
    re.IGNORECASE,
)
VERDICTS = judge(ROWS)


def test_nearly_every_text_is_read_right() -> None:
    wrong = [each for each in VERDICTS if each.expected != each.found]

    assert accuracy(VERDICTS) >= 0.98, wrong
    assert macro_f1(VERDICTS) >= 0.97, wrong


def test_no_cause_is_asserted_where_there_is_none() -> None:
    assert sum(each.expected == "unknown" for each in VERDICTS) >= 150
    assert [each for each in VERDICTS if each.is_false_assertion] == []


def test_high_confidence_is_right() -> None:
    sure = [each for each in VERDICTS if each.confidence == "high"]

    assert len(sure) >= 100
    assert accuracy(sure) >= 0.97


def test_a_result_that_only_speaks_of_errors_is_no_failure() -> None:
    spoken = {
        row["id"]
        for row in ROWS
        if row["category"] == "unknown"
        and row["status"] == "success"
        and WORDS_OF_FAILURE.search(row.get("result_summary") or "")
    }

    assert len(spoken) >= 150
    assert {each.found for each in VERDICTS if each.row_id in spoken} == {"unknown"}
