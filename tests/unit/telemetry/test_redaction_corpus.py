"""Redaction on secrets and look-alikes as runs have them: few missed, few taken by mistake, none let through unseen."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.redaction import HOSTILE
from bench.secret_corpus import DEVELOPMENT, HELD_OUT, load, run_with, score
from rca_core.telemetry.redaction import Redactor

REDACTOR = Redactor()
SAMPLES = [sample for path in (DEVELOPMENT, HELD_OUT) for sample in load(path)]
TEXTS = [sample.data for sample in SAMPLES if isinstance(sample.data, str)]
SECRET_TEXTS = [sample.data for sample in SAMPLES if isinstance(sample.data, str) and sample.secrets]


def test_the_corpus_is_large_and_a_redactor_that_does_nothing_fails_it() -> None:
    assert sum(bool(sample.secrets) for sample in SAMPLES) >= 300
    assert sum(not sample.secrets for sample in SAMPLES) >= 400

    found = score(lambda _: None, SAMPLES)

    assert (found.recall, found.false_share) == (0, 0)


@pytest.mark.parametrize("path", [DEVELOPMENT, HELD_OUT])
def test_secrets_are_found_and_look_alikes_left(path: Path) -> None:
    found = score(REDACTOR.redact_run, load(path))

    assert found.recall >= 0.98, found.missed
    assert found.false_share <= 0.01, found.false
    assert len(found.lost) <= 0.01 * found.secrets, found.lost


def test_what_is_called_clean_holds_nothing_and_what_was_redacted_stays_as_it_is() -> None:
    for sample in SAMPLES:
        run = run_with(sample.data)
        body = json.dumps(run, ensure_ascii=False).encode()

        counts = REDACTOR.redact_run(run)

        assert not (counts and REDACTOR.is_clean(body)), sample
        redacted = json.dumps(run)
        assert not REDACTOR.redact_run(run), redacted
        assert json.dumps(run) == redacted


@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.floats(0, 1), st.sampled_from(["", "\n", '"', "\\", " "]))
@example("\npassword=hunter2", "", 1.0, "\t")
@example("login --password 'hunter2x", '", 1', 1.0, "")
@example('wrong password "', "\\Ns2fqrtbFTlr9Oy76madrz6", 1.0, "")
@example("the password is hunter2x9", '\\"', 1.0, "\\")
def test_a_clean_body_holds_nothing_wherever_texts_are_cut(first: str, second: str, at: float, between: str) -> None:
    text = first[: int(len(first) * at)] + between + second[int(len(second) * at) :]
    nested = json.dumps({"text": json.dumps({"text": text})})
    run: dict[str, Any] = {"run_id": "run", "attributes": {"text": text, "json": nested}}
    bodies = [json.dumps(run, ensure_ascii=ascii_only).encode() for ascii_only in (True, False)]

    counts = REDACTOR.redact_run(run)

    assert not counts or not any(map(REDACTOR.is_clean, bodies))
    json.loads(json.loads(run["attributes"]["json"])["text"])


@pytest.mark.parametrize("cut", ["\\", '\\"', '\\\\"', "\n", "\t", "\u00e9", "'", '"', "\\\\"])
def test_json_that_holds_a_secret_stays_json(cut: str) -> None:
    for text in SECRET_TEXTS:
        for spoiled in (text + cut, cut + text, text.replace(" ", cut + " "), text.replace(" ", " " + cut)):
            twice = json.dumps({"a": json.dumps({"b": spoiled})})
            run: dict[str, Any] = {"run_id": "run", "attributes": {"json": twice}}

            REDACTOR.redact_run(run)

            json.loads(json.loads(run["attributes"]["json"])["a"])


@pytest.mark.parametrize(
    "value",
    [
        {"value": "x7-quill", "name": "DB_PASSWORD"},
        {"name": "DB_PASSWORD", "secure": True, "value": "x7-quill"},
        {"kty": "RSA", "d": "x7quill"},
        {"secrets": {"a": [{"b": "x7-quill"}]}},
        {"access_tokens": {"a": "x7-quill"}},
        {"cookies": {"theme": "dark"}},
        ["--password", "x7-quill"],
        ["authorization", "Bearer x7-quill"],
        {"hook": "https://hooks.slack.com/services/" + "T0A1B2C3D/B0A1B2C3D/" + "x7" * 12},
        {"mobile": "0170 1234567"},
        {"number": 4111111111111111},
        {"ghp_" + "a1B2" * 9: 1},
    ],
)
def test_no_shape_of_json_hides_from_the_first_search(value: Any) -> None:
    redactor = Redactor(personal=True)
    document = {"run_id": "run", "attributes": {"x": value, "y": json.dumps(value)}}
    plain = json.dumps(document)
    spaced = plain.replace('":', '"        :\n    ').replace("/", "\\/")

    assert not redactor.is_clean(plain.encode())
    assert not redactor.is_clean(spaced.encode())
    assert redactor.redact_run(document)


def _calls(text: str) -> int:
    """Return how many functions a redaction calls: the same on every machine."""
    calls = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        REDACTOR.redact_text(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("part", HOSTILE)
def test_work_grows_no_faster_than_the_text(part: str) -> None:
    REDACTOR.redact_text(part * 100)  # patterns are compiled when they are first needed

    small, large = _calls(part * 200), _calls(part * 800)

    assert large <= 4.2 * small + 100


def test_json_stays_json_when_a_pattern_of_ones_own_matches_within_it() -> None:
    redactor = Redactor(patterns=[r"\w+@corp"])

    text, counts = redactor.redact_text(json.dumps({"a": json.dumps({"b": "see\nann@corp"})}))

    assert json.loads(json.loads(text)["a"]) == {"b": "see[redacted:custom]"}
    assert counts == {"custom": 1}
