"""A failure is one whatever its ids look like: numbers, numbers with an exponent, durations, words."""

import random
from collections import defaultdict
from typing import Final

import pytest

from rca_core.analysis.report.fingerprint import fingerprint_of
from rca_core.telemetry.masking import masked
from rca_core.telemetry.symptom import symptom
from tests.support.runs import parsed, tool_call
from tests.unit.analysis.builders import failed, report_of, run_of

IDS: Final = 20_000
MESSAGES: Final = [
    "request {} failed",
    "Order {} of customer {} was not found",
    "{} exists already",
    "error {} in lock for {}/{}",
    "[{}] could not load {}.json: timed out after 30 s",
    "trace={}, span={} were lost, and so were {} and {}",
    "run_{} of worker-{} has no row with key #{}",
    '{{"error": {{"message": "session {} expired"}}, "id": "{}"}}',
    "Could not parse `{}` of id: {}",
]
# It counts only from where it says what failed.
LONG: Final = "step {} of {} " * 30 + "was refused"


def _ids(length: int) -> list[str]:
    rng = random.Random(length)  # noqa: S311  reproducible, not secret
    ids = [f"{rng.getrandbits(4 * length):0{length}x}" for _ in range(IDS)]
    return [each.upper() if index % 3 == 0 else each for index, each in enumerate(ids)]


def _filled(message: str, ids: list[str], index: int) -> str:
    return message.format(*(ids[(index + n) % len(ids)] for n in range(message.count("{}"))))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("length", [8, 12, 16, 20, 32])
def test_twenty_thousand_ids_make_one_failure_of_each_message(length: int) -> None:
    ids = _ids(length)
    forms: dict[str, set[str]] = defaultdict(set)

    for index, _ in enumerate(ids):
        message = MESSAGES[index % len(MESSAGES)]
        forms[message].add(masked(_filled(message, ids, index)))

    assert {message: found for message, found in forms.items() if len(found) > 1} == {}
    assert len(set.union(*forms.values())) == len(MESSAGES)


@pytest.mark.parametrize("message", [*MESSAGES, LONG])
def test_ids_that_look_like_something_else_change_neither_fingerprint_nor_symptom(message: str) -> None:
    looks = ["3f2a90bc", "28471905", "1e529384", "4417203d", "dfbaaafa", "DFBAAAFA", "00000017"]
    texts = [_filled(message, [each], 0) for each in looks]

    runs = [run_of(failed(1, "get_order", text), error_message=f"gave up: {text}") for text in texts]
    shown = [parsed(error_message=text, tool_calls=[_failed(text)]).run for text in texts]

    assert len({fingerprint_of(report_of(run), run) for run in runs}) == 1
    assert len({symptom(run) for run in shown}) == 1


def _failed(text: str) -> dict[str, object]:
    return tool_call("call-1", status="error", error_message=text)


@pytest.mark.parametrize(
    "message", ["request {} failed", "Order {}: not found", "no such customer {}, nor its user {}"]
)
def test_short_ids_of_any_letters_are_masked_behind_what_has_an_id(message: str) -> None:
    forms = {
        masked(message.replace("{}", each)) for each in ("abcd12ef", "k3x9p2qz", "zz91yyxx", "A1bcdEF", "28471905")
    }

    assert len(forms) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("timeout after 30 s", "retry in 30 s"),
        ("HTTP 429 for 4417203d", "HTTP 500 for 4417203d"),
        ("error 1045: 28471905", "error 2006: 28471905"),
        ("order 4417203d was not found", "customer 4417203d was not found"),
        ("call getOrderV2 failed", "call getUserV2 failed"),
        ("session expired", "session revoked"),
        ("no such table: facade", "no such table: decade"),
        ("ORA-00942: no table", "ORA-00001: no table"),
    ],
)
def test_what_is_no_id_still_tells_failures_apart(one: str, other: str) -> None:
    assert masked(one) != masked(other)
