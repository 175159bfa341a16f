"""Hostile telemetry in a report: verified, on its lines, and never markup in a ticket (fault 30)."""

import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rca_core.analysis import RcaReport, analyze
from rca_core.analysis.plain import plain
from rca_core.analysis.report.jira import escape
from rca_core.analysis.verify.report import verify
from rca_core.telemetry import AgentRun
from tests.e2e.security.corpus import HOSTILE, hostile_run
from tests.support.runs import parse
from tests.support.spread import spread
from tests.unit.analysis.builders import NOW

pytestmark = pytest.mark.fault(30)

# CommonMark, and what the trackers that take markdown add to it.
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OWN_BLOCKS = {"paragraph", "heading", "bullet_list", "ordered_list", "list_item", "fence"}
OWN_INLINES = {"text", "softbreak"}
EVIL = ("http:", "https:", "ftp:", "file:", "ldap:", "www.", "mailto:a")

# Texts that a rule knows, so that a cause is named and its words are filled with the rest of the run.
CAUSES: dict[str, dict[str, Any]] = {
    "refused": {"error_message": "403 Forbidden", "status_code": 403},
    "schema": {"error_message": "Missing required field: 'customer_id'", "error_class": "ValidationError"},
    "limited": {"error_message": "429 Too Many Requests", "status_code": 429},
    "late": {"error_class": "TimeoutError", "error_message": "Request timed out after 30s"},
}


def _run(body: dict[str, Any]) -> AgentRun:
    return AgentRun.from_body(parse(body).body)


@cache
def _reports(text: str) -> list[tuple[RcaReport, AgentRun]]:
    """Return the reports of runs that have the text everywhere, with and without a cause that is known."""
    bodies = [hostile_run(text), hostile_run(text, fails=False)]
    bodies.append(hostile_run(text) | {"tool_calls": [], "guardrail_events": []})
    for cause in CAUSES.values():
        body = hostile_run(text)
        body["tool_calls"] = [
            {**body["tool_calls"][0], **cause},
            {**body["tool_calls"][0], "call_id": "second", **cause},
        ]
        bodies.append(body)
    bare = {"agent_name", "agent_version", "model", "environment", "error_message", "started_at", "status", "run_id"}
    bodies.append({name: value for name, value in bodies[0].items() if name in bare})
    runs = [_run(body) for body in bodies]
    return [(analyze(run, now=NOW, rca_run_id="rca-1"), run) for run in runs]


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_a_report_of_hostile_telemetry_is_verified_and_is_json(name: str) -> None:
    for report, run in _reports(HOSTILE[name]):
        verify(report, run)
        assert RcaReport.model_validate_json(report.model_dump_json()) == report
        assert json.loads(report.model_dump_json())["run_id"] == "hostile"


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_no_telemetry_becomes_markup_of_a_ticket(name: str) -> None:
    for report, _ in _reports(HOSTILE[name]):
        tokens = MARKDOWN.parse(report.jira_fields.jira_description_md)

        inline = [child for token in tokens for child in token.children or []]
        assert {_kind(token) for token in tokens} - {"inline"} <= OWN_BLOCKS
        assert {_kind(token) for token in inline} <= OWN_INLINES
        assert _headings(tokens) == _expected_headings(report)
        assert sum(token.type == "list_item_open" for token in tokens) == _expected_items(report)


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_no_telemetry_outside_of_a_fence_reads_as_an_address_or_a_macro_of_a_tracker(name: str) -> None:
    for report, _ in _reports(HOSTILE[name]):
        tokens = MARKDOWN.parse(report.jira_fields.jira_description_md)
        lines = report.jira_fields.jira_description_md.split("\n")
        for start, end in [token.map for token in tokens if token.type == "fence" and token.map]:
            lines[start:end] = [""] * (end - start)
        source = "\n".join(lines)

        assert not [address for address in EVIL if address in source]
        # Our own: the priority of an action, in brackets.
        unescaped = re.findall(r"(?<!\\)(?:\\\\)*([{}\[\]<>!|@~*`])", source)
        assert unescaped == ["[", "]"] * len(report.action_items)


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_what_is_shown_on_a_line_stays_on_it_and_in_its_direction(name: str) -> None:
    for report, _ in _reports(HOSTILE[name]):
        shown = [report.summary, report.jira_fields.jira_summary]
        shown += [each.title for each in report.evidence_index]
        for hypothesis in report.hypotheses:
            shown += [hypothesis.title, hypothesis.description, hypothesis.mitigation, *hypothesis.verification_steps]
        for action in report.action_items:
            shown += [action.title, action.description, action.owner]
        assert [line for line in shown if not line.isprintable()] == []
        ticket = report.jira_fields.jira_description_md
        assert [char for char in ticket if not (char.isprintable() or char in "\n\t")] == []
        assert len(report.jira_fields.jira_summary) <= 200


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_what_is_quoted_in_a_fence_ends_with_its_fence(name: str) -> None:
    for report, _ in _reports(HOSTILE[name]):
        ticket = report.jira_fields.jira_description_md
        quoted = [token.content for token in MARKDOWN.parse(ticket) if token.type == "fence"]
        snippets = {_shown(each.snippet) for each in report.evidence_index}

        assert {_shown(each) for each in quoted} <= snippets


@pytest.mark.parametrize("name", spread(HOSTILE, quick=6))
def test_a_name_is_shown_as_it_is_and_taken_for_no_template(name: str) -> None:
    body = hostile_run(HOSTILE[name])
    body["tool_calls"] = [body["tool_calls"][0] | CAUSES["refused"]]

    report = analyze(run := _run(body), now=NOW)

    assert report.category == "tool_permission"
    assert plain(run.tool_calls[0].tool_name) in report.hypotheses[0].title


def _kind(token: Token) -> str:
    return token.type.removesuffix("_open").removesuffix("_close")


def _headings(tokens: list[Token]) -> list[str]:
    """Return the markdown of the headings."""
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def _expected_headings(report: RcaReport) -> list[str]:
    chain = ["What led where"] if len(report.causal_chain) > 1 else []
    causes = [f"{escape(each.title)} ({each.confidence} confidence)" for each in report.hypotheses]
    ticket = report.jira_fields.jira_description_md
    evidence = ["Evidence"] if "\n### Evidence\n" in ticket else []
    return [*chain, *causes, *evidence, "Actions"]


def _expected_items(report: RcaReport) -> int:
    facts = report.jira_fields.jira_description_md.split("\n\n")[0].count("\n") + 1
    chain = len(report.causal_chain) if len(report.causal_chain) > 1 else 0
    return facts + chain + sum(len(each.verification_steps) for each in report.hypotheses) + len(report.action_items)


def _shown(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
