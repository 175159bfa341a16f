"""One span -> the facts that are kept of it: few, named as a run names them, whatever convention told them.

Facts are what is stored until a trace is whole, so nothing here knows another span. Long texts are cut to a length that
leaves whole what redaction has to see around a cut; `shorten` cuts them to what is kept, once that is done.
"""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from rca_core.telemetry.fields import MAX_NAME, MAX_SUMMARY, MAX_TEXT, cut_middle
from rca_core.telemetry.otlp import calls, names, texts
from rca_core.telemetry.otlp.attributes import Attributes, Pairs, Raw, word
from rca_core.telemetry.otlp.errors import failure_of, tripwire
from rca_core.telemetry.otlp.names import Kind

Facts = dict[str, Any]

UNSET: Final = 0
ERROR: Final = 2
_REMOTE: Final = 0x200
_REMOTE_KNOWN: Final = 0x100
_INCOMING: Final = (2, 5)
"""Span kinds SERVER and CONSUMER: what calls them is in another service."""
_MAX_OWN_TEXT: Final = 500
_MAX_TOOLS: Final = 128
_FAILED_WORDS: Final = ("error", "failure", "failed")
_FAILED: Final = frozenset(["failed_in_event", "failed_in_status", "failed_in_result"])
_LIMITS: Final = (
    *((field, MAX_SUMMARY) for field in ("input_summary", "output_summary", "result_summary")),
    *((field, MAX_TEXT) for field in ("error_message", "result_error", "guard_reason", "args_json")),
)
_OF_RESOURCE: Final = {
    name: field
    for field in ("release", "environment", "run_id")
    for name in reversed(names.FIELDS[field].split())
} | {"service.name": "service", "service.version": "version"}  # fmt: skip


class Span(NamedTuple):
    """What is kept of a span; times are nanoseconds, 0 where nothing was said."""

    span_id: str
    parent_id: str
    start: int
    end: int
    code: int
    kind: Kind
    remote: int
    """Whether its parent is in another service."""
    facts: Facts


class Reader:
    """Reads spans; `value_of` gives the plain value of an attribute as its decoder holds it."""

    def __init__(self, value_of: Callable[[Any], Any]) -> None:
        self._value_of = value_of
        self._declared: dict[str, list[str]] = {}

    def resource(self, attributes: Pairs) -> Facts:
        """Return what a resource says of all its spans."""
        told = {
            name: value
            for name, held in attributes
            if name in _OF_RESOURCE and isinstance(value := self._value_of(held), str) and value
        }
        # Later names of a field come first, so that the first one stays.
        found = {field: told[name][:MAX_NAME] for name, field in _OF_RESOURCE.items() if name in told}
        if found.get("service", "").startswith("unknown_service"):
            del found["service"]
        return found

    def span(self, raw: Raw, resource: Facts, scope: str) -> Span | None:
        """Return what is kept of a span; None for one that is no part of a run."""
        attributes = Attributes(self._value_of, raw)
        kind = _kind(attributes, failed=raw.code == ERROR)
        if kind is None:
            return None
        facts: Facts = {**resource, "name": raw.name[:MAX_NAME], "scope": scope}
        _whose(facts, attributes, kind)
        _READERS.get(kind, _step)(facts, attributes)
        self._tools(facts, attributes)
        _failure(facts, attributes, kind, raw)
        known = raw.flags & (_REMOTE | _REMOTE_KNOWN)
        remote = bool(raw.parent_id) and (bool(raw.flags & _REMOTE) if known else raw.kind in _INCOMING)
        end = max(raw.end, raw.start) if raw.end else 0
        return Span(raw.span_id, raw.parent_id, raw.start, end, raw.code, kind, int(remote), facts)

    def _tools(self, facts: Facts, attributes: Attributes) -> None:
        declared = self._names_in(attributes.found.get("tools"))
        for name, value in attributes.indexed:
            if name.startswith("llm.tools."):
                declared = declared + self._names_in(value)
        listed = texts.parsed(attributes.found.get("tool_names"))
        if isinstance(listed, list):
            declared = declared + [each for each in listed if isinstance(each, str)]
        if declared:
            facts["tools"] = sorted({name[:MAX_NAME] for name in declared})[:_MAX_TOOLS]

    def _names_in(self, definitions: Any) -> list[str]:
        """Return the names in definitions of tools: the same text comes with every call of a model."""
        if definitions is None:
            return []
        if not isinstance(definitions, str):
            return _defined(definitions)
        if (known := self._declared.get(definitions)) is None:
            known = self._declared[definitions] = _defined(texts.parsed(definitions))
        return known


def _kind(attributes: Attributes, *, failed: bool) -> Kind | None:
    """Return what a span is; None for one that is no part of a run."""
    found = attributes.found
    method = found.get("mcp_method")
    housekeeping = found.get("operation") in names.HOUSEKEEPING_OPERATIONS or method in names.HOUSEKEEPING_METHODS
    if found.get("span_type") == "pending_span" or (housekeeping and not failed):
        return None
    if kind := names.OWN_KINDS.get(attributes.word("own_kind")):
        return kind
    for convention, kinds in names.KINDS.items():
        if convention in found and (kind := kinds.get(attributes.word(convention))):
            return kind
    if method in names.TOOL_METHODS or "tool_name" in found or "call_id" in found:
        return "tool"
    if "response_model" in found or "model" in found:
        return "llm"
    return "guardrail" if "guard_verdict" in found else "infra" if attributes.is_infra else "other"


def _whose(facts: Facts, attributes: Attributes, kind: Kind) -> None:
    """Note whose span it is, in which version, where, and what it belongs to."""
    agent = attributes.text("agent_name")
    if agent is None and kind == "agent":
        entity = attributes.text("entity") if attributes.word("traceloop") == "agent" else None
        named = facts["name"].removeprefix("invoke_agent ")
        agent = attributes.text("node") or entity or (named if named != facts["name"] else None)
    said = {
        "run_id": attributes.text("run_id"),
        "agent_name": agent,
        "agent_hint": attributes.text("lc_agent_name") or _in_metadata(attributes, "lc_agent_name"),
        "workflow": attributes.text("workflow_name"),
        "environment": attributes.text("environment"),
        "release": attributes.text("release"),
        "agent_version": texts.text_of(attributes.found.get("agent_version")),
        "ids": attributes.ids or None,
        "attributes": {name: _own(value) for name, value in attributes.own.items()} or None,
    }
    facts |= {field: value for field, value in said.items() if value is not None}


def _in_metadata(attributes: Attributes, name: str) -> str | None:
    metadata = attributes.found.get("metadata")
    if isinstance(metadata, str):
        metadata = texts.parsed(metadata) if name in metadata else None
    found = metadata.get(name) if isinstance(metadata, dict) else None
    return found[:MAX_NAME] if isinstance(found, str) else None


def _step(facts: Facts, attributes: Attributes) -> None:
    calls.read_texts(facts, attributes, plain=False)


def _chain(facts: Facts, attributes: Attributes) -> None:
    calls.read_texts(facts, attributes, plain=True)


def _agent(facts: Facts, attributes: Attributes) -> None:
    calls.read_usage(facts, attributes)
    calls.read_model(facts, attributes)
    calls.read_texts(facts, attributes, plain=True)


def _guardrail(facts: Facts, attributes: Attributes) -> None:
    calls.read_texts(facts, attributes, plain=False)
    found = attributes.found
    facts["guard_name"] = str(found.get("guard_name") or facts["name"])[:MAX_NAME]
    verdict = texts.parsed(found.get("guard_verdict"))
    if isinstance(verdict, dict):
        verdict = verdict.get("value") or verdict.get("result") or verdict.get("action")
    told = word(verdict)
    action = "blocked" if told in names.BLOCKING else names.CHANGING.get(told)
    if action is not None:
        facts["guard_action"] = action
    if (reason := texts.text_of(found.get("guard_reason"))) is not None:
        facts["guard_reason"] = cut_middle(reason, 2 * MAX_TEXT)


_READERS: Final[dict[Kind, Callable[[Facts, Attributes], None]]] = {
    "tool": calls.read_tool,
    "llm": calls.read_llm,
    "retriever": calls.read_retriever,
    "guardrail": _guardrail,
    "agent": _agent,
    "chain": _chain,
}


def _failure(facts: Facts, attributes: Attributes, kind: Kind, raw: Raw) -> None:
    """Note whether a span says that it failed, in its status or elsewhere, and what it says of why."""
    found, exception = attributes.found, attributes.exception or {}
    if exception and raw.code == UNSET and kind in ("tool", "llm"):
        facts["failed_in_event"] = True
    elif raw.code != ERROR and (
        attributes.word("level") == "error"
        or (kind in ("tool", "llm") and attributes.word("tool_status") in _FAILED_WORDS)
    ):
        facts["failed_in_status"] = True
    if (code := _status(found)) is not None:
        facts["status_code"] = code
    if raw.code != ERROR and not facts.keys() & _FAILED:
        return
    of_tool = kind == "tool"
    failure = failure_of(
        _class(found.get("error_type"), exception.get("exception.type")),
        texts.text_of(exception.get("exception.message")),
        raw.message,
        texts.text_of(found.get("error_message")),
        facts.get("result_error"),
        facts.get("result_summary") if of_tool else None,
        calls.choice_text(attributes) if of_tool else None,
        facts.get("output_summary") if raw.code == ERROR and kind != "llm" else None,
        of_tool=of_tool,
    )
    if failure.message:
        facts["error_message"] = failure.message
    if failure.error_type:
        wraps = texts.says_nothing(failure.error_type) or failure.error_type.rpartition(".")[2] in names.WRAPPERS
        facts["type_told" if wraps else "error_type"] = failure.error_type[:MAX_NAME]
    if (guardrail := tripwire(raw.message)) is not None:
        facts["tripwire"] = guardrail[:MAX_NAME]


def _status(found: dict[str, Any]) -> int | None:
    told = found.get("status_code")
    code = texts.http_error(told)
    if code is None and isinstance(told, int) and not isinstance(told, bool) and 0 < told < 1_000:
        code = told
    return texts.http_error(found.get("error_type")) if code is None else code


def _class(told: Any, of_exception: Any) -> str | None:
    """Return the class of an error: as it was told, unless that is a number or says nothing and the exception does."""
    kinds = [str(each)[:MAX_NAME] for each in (told, of_exception) if each is not None and not str(each).isdigit()]
    return next((each for each in kinds if not texts.says_nothing(each)), next(iter(kinds), None))


def _own(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return cut_middle(texts.text_of(value) or "", _MAX_OWN_TEXT * 4)


def _defined(definitions: Any) -> list[str]:
    listed = definitions if isinstance(definitions, list) else [definitions]
    inner = (each.get("function", each) for each in listed if isinstance(each, dict))
    named = (each.get("name") for each in inner if isinstance(each, dict))
    return [name for name in named if isinstance(name, str)]


def shorten(facts: Facts) -> None:
    """Cut the texts of facts to what is kept, once no half of a credential can remain."""
    for field, limit in _LIMITS:
        text = facts.get(field)
        if isinstance(text, str) and len(text) > limit:
            facts[field] = cut_middle(text, limit)
    for name, value in facts.get("attributes", {}).items():
        if isinstance(value, str) and len(value) > _MAX_OWN_TEXT:
            facts["attributes"][name] = cut_middle(value, _MAX_OWN_TEXT)
