"""What stands around a root: where its arguments come from, what a redaction replaced, how often its tool failed."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import re2

from rca_core.analysis.diagnose.contrast import Earlier, contrast_of
from rca_core.analysis.model import Category, Evidence
from rca_core.analysis.observe.evidence import guardrail_evidence, tool_evidence
from rca_core.analysis.observe.tool_names import acts
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.plain import plain
from rca_core.telemetry import ToolCall
from rca_core.telemetry.recovery import has_failed

_SHORTEST_VALUE: Final = 6
"""Characters of an argument's value from which it is the same thing where it stands again."""
_MAX_VALUES: Final = 40
_MAX_SEARCHED: Final = 400_000
"""Characters of a run that are searched for where an argument comes from."""
# What redactions leave in the place of a value. What this system itself redacted is marked `[redacted:…]`: not that.
_PLACEHOLDER: Final = re2.compile(
    r"\[[A-Z][A-Z0-9_ ]{2,30}\]|<[A-Z][A-Z0-9_]{2,30}>|\{\{?[A-Z][A-Z0-9_]{2,30}\}?\}|\*{4,}"
)
_LOOKS_LIKE_AN_ID: Final = re2.compile(r"[0-9@]")


class Context(NamedTuple):
    """Sentences about a root that the telemetry bears out, and evidence for them."""

    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def context_of(view: RunView, root: Evidence, category: Category, earlier: Earlier | None = None) -> Context:
    """Return what is known around the root of an explanation."""
    call = view.call.get(root.ref_id) if root.kind == "tool_call" else None
    if call is None:
        return Context()
    found = [*_redacted(view, call)]
    if category in ("tool_schema_mismatch", "unknown") and (contrast := contrast_of(view, call, earlier)):
        found.append((contrast[0].sentence(plain(call.tool_name)), (contrast[1],)))
    if category == "guardrail_block":
        found += _origin(view, call)
    if category in ("retrieval_empty", "tool_schema_mismatch", "unknown") and acts(call.tool_name):
        found += _from_nowhere(view, call)
    notes = [note for note, _ in found]
    evidence = {each.evidence_id: each for _, some in found for each in some}
    if note := _how_often(view, call):
        notes.append(note)
    return Context(tuple(notes), tuple(evidence.values()))


def _how_often(view: RunView, call: ToolCall) -> str | None:
    """Say how many calls of the tool failed, if it is more than two."""
    of_tool = [each for each in view.calls if each.tool_name == call.tool_name]
    failed = sum(map(_failed, of_tool))
    if failed < 3:
        return None
    tool = plain(call.tool_name)
    if failed == len(of_tool):
        return f"{tool} failed {failed} times, in every call that was made of it."
    return f"{tool} failed {failed} times, of {len(of_tool)} calls that were made of it."


def _failed(call: ToolCall) -> bool:
    return has_failed({"status": call.status, "status_code": call.status_code})


def _redacted(view: RunView, call: ToolCall) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Say that an argument is what a redaction left, where a guardrail says that it put that mark there."""
    events = [each for each in view.events if each.type == "pii_redaction" or each.action == "redacted"]
    for name, value in _values(call.args_json):
        mark = _PLACEHOLDER.search(value)
        event = next((each for each in events if mark and mark[0] in (each.message or "")), None)
        if mark and event:
            yield (
                f"Its argument {_shown(name)} holds {plain(mark[0], 40)}, which a redaction put in place of a value.",
                (guardrail_evidence(event),),
            )
            return


def _origin(view: RunView, call: ToolCall) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Say where an argument of a blocked call comes from: a result, and not what was asked."""
    asked = "\n".join(view.asked)
    for name, value in _values(call.args_json):
        if len(value) < _SHORTEST_VALUE or value in asked:
            continue
        for earlier in view.calls_before(call):
            if value in (earlier.result_summary or ""):
                tool = plain(earlier.tool_name)
                said = (
                    f"The value of its argument {_shown(name)} stands in the result of call "
                    f"{plain(earlier.call_id)} of {tool}, and not in what was asked."
                )
                yield said, (tool_evidence(view, earlier, "origin", f"Where an argument comes from: {tool}"),)
                return


def _from_nowhere(view: RunView, call: ToolCall) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Say that the thing a call acts on was never named: neither in what was asked nor in any result before it."""
    if not view.run.input_summary:
        return
    known = "\n".join(_known_before(view, call))
    if len(known) > _MAX_SEARCHED:
        return
    for name, value in _values(call.args_json):
        if len(value) >= _SHORTEST_VALUE and _LOOKS_LIKE_AN_ID.search(value) and value not in known:
            yield f"The value of its argument {_shown(name)} stands nowhere in what was recorded before the call.", ()
            return


def _known_before(view: RunView, call: ToolCall) -> Iterator[str]:
    yield from view.asked
    for earlier in view.calls_before(call):
        yield earlier.result_summary or ""
    yield from (step.output_summary or "" for step in view.steps if step.step_id != call.step_id)


def _values(args: Any) -> Iterable[tuple[str, str]]:
    """Yield the text values of arguments by their names, the outer ones first."""
    queue: list[tuple[str, Any]] = list(args.items()) if isinstance(args, dict) else []
    for name, value in queue[:_MAX_VALUES]:
        if isinstance(value, str):
            yield str(name), value
        elif isinstance(value, dict):
            yield from ((f"{name}.{inner}", text) for inner, text in value.items() if isinstance(text, str))


def _shown(name: str) -> str:
    return f"'{plain(name, 60)}'"
