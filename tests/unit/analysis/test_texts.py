"""Error texts in the words of many frameworks, and results that only speak of errors, each with its right category."""

import json
import re
from pathlib import Path

from bench.rca import accuracy, judge, macro_f1

ROWS = [
    json.loads(line)
    for path in sorted(Path(__file__).parent.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
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
    assert accuracy(sure) >= 0.95


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
