"""Texts whose digits, spaces and letters are not ASCII, in every field of a run: a report, verified, always."""

# ruff: noqa: RUF001  texts that look like others are what this is about

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rca_core.analysis import Recurrence, UnverifiableReport, analyze, verify, with_recurrence
from rca_core.analysis.plain import cut
from rca_core.telemetry import AgentRun, RunProfile
from rca_core.telemetry.masking import masked
from tests.unit.analysis.builders import NOW, START, failed, report_of, run_of

SCRIPTS = {
    "ascii": "0123456789.,",
    "arabic-indic": "٠١٢٣٤٥٦٧٨٩٫٬",
    "extended arabic-indic": "۰۱۲۳۴۵۶۷۸۹",
    "full-width": "０１２３４５６７８９．，",
    "devanagari": "०१२३४५६७८९",
    "thai": "๐๑๒๓๔๕๖๗๘๙",
    "mathematical": "𝟎𝟏𝟐𝟑𝟗𝟘𝟡",
    "superscripts": "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂",
    "roman": "ⅠⅡⅧⅫⅰⅷↂ",
    "fractions": "½⅓¾⅞↉",
    "circled": "①②⑨⑩⓪",
    "han": "一二三十百億",
    "spaces": "\N{NO-BREAK SPACE}\N{EM SPACE}\N{IDEOGRAPHIC SPACE}\N{ZERO WIDTH SPACE}\N{LINE SEPARATOR}\x85\x1c",
    "letters": "İıßſKΣςﬁ" + "e\N{COMBINING ACUTE ACCENT}\N{RIGHT-TO-LEFT OVERRIDE}",
}
OPENINGS = [
    "",
    "Error: ",
    "HTTP ",
    "status code: 4",
    "timed out after ",
    "Missing required field: '",
    "[",
    '{"error": "',
    "[]",
]
# Where texts are cut: names, quotations, arguments, titles.
LENGTHS = [1, 3, 59, 60, 61, 119, 120, 121, 159, 160, 200, 201, 400, 520, 2_050]


@st.composite
def texts(draw: st.DrawFn, most: int = 2_100) -> str:
    """Draw a text of one or two scripts, without spaces or with some, perhaps as long as what is cut."""
    alphabet = "".join(
        SCRIPTS[name] for name in draw(st.lists(st.sampled_from(sorted(SCRIPTS)), min_size=1, max_size=2))
    )
    piece = draw(st.text(alphabet, min_size=1, max_size=12))
    length = draw(st.sampled_from(LENGTHS))
    text = draw(st.sampled_from(OPENINGS)) + (piece * (length // len(piece) + 1))[:length]
    return text[: draw(st.sampled_from([most, most, 130]))]


NAMES = texts(256)
SOME = st.none() | texts()
TIMES = st.none() | st.integers(0, 600).map(lambda seconds: START + timedelta(seconds=seconds))
ENDINGS = st.sampled_from(["success", "failure", "failure", "running"])


@st.composite
def foreign_runs(draw: st.DrawFn) -> AgentRun:
    """Draw a run all of whose texts are foreign."""
    step_ids = draw(st.lists(NAMES, max_size=2, unique=True))
    call_ids = draw(st.lists(NAMES, max_size=3, unique=True))
    steps = [
        {
            "step_id": each,
            "name": draw(NAMES),
            "status": draw(ENDINGS),
            "started_at": draw(TIMES),
            "input_summary": draw(SOME),
            "output_summary": draw(SOME),
            "attributes": {draw(NAMES): draw(SOME)},
        }
        for each in step_ids
    ]
    calls = [
        {
            "call_id": each,
            "step_id": draw(st.sampled_from([None, *step_ids])),
            "tool_name": draw(NAMES),
            "status": draw(ENDINGS),
            "args_json": {draw(NAMES): draw(SOME)},
            "args_hash": draw(SOME),
            "result_summary": draw(SOME),
            "error_class": draw(SOME),
            "error_message": draw(SOME),
            "status_code": draw(st.sampled_from([None, 404])),
            "started_at": draw(TIMES),
        }
        for each in call_ids
    ]
    events = [
        {"event_id": each, "type": draw(st.sampled_from(["policy_block", "other"])), "message": draw(SOME)}
        for each in draw(st.lists(NAMES, max_size=1))
    ]
    names = ("agent_version", "model", "environment", "error_type", "error_message", "trace_id")
    return AgentRun.model_validate(
        {
            "run_id": "run-1",
            "agent_name": draw(NAMES),
            "status": draw(ENDINGS),
            "started_at": START,
            "steps": steps,
            "tool_calls": calls,
            "guardrail_events": events,
            **{name: draw(SOME) for name in names},
        }
    )


def earlier(run: AgentRun, former: str) -> list[RunProfile]:
    """Return a history in which the agent failed since it left a version."""
    return [
        RunProfile(
            run_id=f"old-{age}",
            agent_version=former if age > 8 else run.agent_version,
            model=run.model,
            environment=run.environment,
            started_at=START - timedelta(hours=age),
            status="success" if age > 8 else "failure",
            steps={step.name: (2, int(age <= 8)) for step in run.steps},
            tools={call.tool_name: (2, int(age <= 8)) for call in run.tool_calls},
        )
        for age in range(30, 0, -1)
    ]


def with_text(text: str, **fields: Any) -> AgentRun:
    return run_of(failed(1, text, text), error_message=text, agent_version=text, **fields)


@pytest.mark.fault(40)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(run=foreign_runs(), former=NAMES, version=SOME, seen=st.integers(1, 3))
@example(run=with_text("１" * 300), former="१", version="٣" * 90, seen=1)
@example(run=with_text("1٢" * 150), former="१", version="٣.٤" * 90, seen=2)
def test_a_run_in_any_script_gives_a_report_that_its_check_accepts(
    run: AgentRun, former: str, version: str | None, seen: int
) -> None:
    report = analyze(run, now=NOW, baseline=earlier(run, former))
    verify(report, run)

    if report.fingerprint:
        recurrence = Recurrence(seen=seen, first_seen=START, last_seen=NOW, first_version=version)
        verify(with_recurrence(report, recurrence), run)


@pytest.mark.fault(40)
@pytest.mark.parametrize("digits", [name for name, script in SCRIPTS.items() if script[1].isdecimal()])
def test_a_number_is_cut_off_whole_in_every_script(digits: str) -> None:
    assert cut("a" * 80 + SCRIPTS[digits][1:9] * 10, 100) == "a" * 80 + "…"


@pytest.mark.fault(40)
@pytest.mark.parametrize("invented", ["42", "٤٢", "４２", "४२", "𝟒𝟐"])
def test_a_number_that_nobody_recorded_is_found_in_every_script(invented: str) -> None:
    run = run_of(failed(1, "get_order", "Missing required field: 'customer_id'"))
    report = report_of(run)

    with pytest.raises(UnverifiableReport, match="names 42, which is nowhere"):
        verify(report.model_copy(update={"summary": f"{report.summary} Seen {invented} times."}), run)


@pytest.mark.fault(40)
@settings(max_examples=300, deadline=None)
@given(texts())
def test_a_message_in_any_script_has_a_normal_form_that_is_its_own(text: str) -> None:
    assert len(masked(text)) <= 300
    assert masked(text).isprintable() or not text.isprintable()
