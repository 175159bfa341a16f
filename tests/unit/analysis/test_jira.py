"""The ticket: complete, and nothing in the telemetry can become markup."""

import re

from rca_core.analysis import analyze
from rca_core.analysis.report.jira import escape, fence
from tests.unit.analysis.builders import NOW, failed, report_of, run_of


def test_telemetry_cannot_mark_up_link_or_mention() -> None:
    escaped = escape("**b** [l](http://evil.test) <img src=x> @all `c` www.evil.test {code} mailto:a.b@evil.test")

    assert re.findall(r"(?<!\\)[*<>\[\]{}@`]", escaped) == []
    assert "http:" not in escaped
    assert "mailto:" not in escaped
    assert "www." not in escaped


def test_a_name_with_underscores_stays_readable() -> None:
    assert escape("order_lookup_api") == "order_lookup_api"


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fence("x\n```\n# heading").startswith("````text\n")


def test_the_ticket_holds_cause_evidence_and_actions() -> None:
    run = run_of(failed(1, "crm_export", "# Forbidden\n```\n| a |", status_code=403))

    ticket = report_of(run).jira_fields

    assert ticket.jira_summary.startswith("[RCA] helper: crm_export")
    assert "\n" not in ticket.jira_summary
    parts = ("### crm_export refused access", "ev_tool_call-1", "To verify:", "### Evidence", "### Actions")
    for part in parts:
        assert part in ticket.jira_description_md
    assert "\n# Forbidden\n" in ticket.jira_description_md  # inside its fence
    assert "````text\n# Forbidden" in ticket.jira_description_md


def test_the_ticket_tells_what_led_where_and_quotes_what_it_cites_before_anything_else() -> None:
    noise = [failed(number, f"probe_{number}", f"beige {number}") for number in range(15)]
    calls = (*noise, *(failed(number, "crm_export", "403 Forbidden") for number in range(20, 40)))

    report = report_of(run_of(*calls, error_message="crm_export was refused"))

    ticket = report.jira_fields.jira_description_md
    chain = ticket[ticket.index("### What led where") :]
    assert "Failed tool call: crm_export (ev_tool_call-20)" in chain[: chain.index("###", 4)]
    quoted = ticket[ticket.index("### Evidence") :]
    assert all(f"ev_tool_call-{number}:" in quoted for number in (20, 21, 39))
    assert "It kept happening, last at call call-39 of crm_export." in report.hypotheses[0].description


def test_a_failure_that_happened_twice_says_where_again() -> None:
    report = report_of(run_of(failed(1, "crm_export", "403 Forbidden"), failed(2, "crm_import", "403 Forbidden")))

    assert report.hypotheses[0].description.endswith("It happened again at call call-2 of crm_import.")


def test_the_ticket_names_its_analysis_and_when_the_run_was() -> None:
    run = run_of(failed(1, "crm_export", "403 Forbidden"))

    ticket = analyze(run, now=NOW, rca_run_id="rca-7").jira_fields.jira_description_md

    assert "- Analysis: rca-7" in ticket
    assert "- Started: 2026-03-02T09:00:00Z" in ticket


def test_a_number_in_the_id_of_the_analysis_is_no_claim() -> None:
    run = run_of(failed(1, "search", "Forbidden", status_code=403))

    assert "rca-2cbb-31415" in analyze(run, now=NOW, rca_run_id="rca-2cbb-31415").jira_fields.jira_description_md
