"""Check the names that hypotheses say in a role: against the arguments that were sent, and against the texts."""

from collections.abc import Iterable, Iterator
from typing import Any

from rca_core.analysis.model import Evidence, Hypothesis, NamedArgument, RcaReport
from rca_core.analysis.verify.children import Children, texts_of
from rca_core.telemetry import AgentRun, GuardrailEvent, ToolCall


def wrong_roles(report: RcaReport, run: AgentRun, children: Children) -> Iterator[str]:
    """Yield each name that is not in the role in which a hypothesis says it."""
    evidence = {each.evidence_id: each for each in report.evidence_index}
    for hypothesis in report.hypotheses:
        cited = [evidence[each] for each in hypothesis.evidence_ids if each in evidence]
        said = [text for each in cited for text in texts_of(children.get((each.kind, each.ref_id), run), run)]
        yield from _wrong_arguments(hypothesis, cited, children, said)
        yield from _wrong_field(hypothesis, cited, children, said)
        tool = hypothesis.unknown_tool
        if tool is not None and not any(call.tool_name == tool for call in run.tool_calls) and not _in_any(tool, said):
            yield f"{hypothesis.hypothesis_id} says that tool {tool!r} does not exist, which nothing names"


def _wrong_field(hypothesis: Hypothesis, cited: list[Evidence], children: Children, said: list[str]) -> Iterator[str]:
    field = hypothesis.unsent_field
    if field is None:
        return
    sent = _sent(cited[0], children) if cited else None
    if not _in_any(field, said):
        yield f"{hypothesis.hypothesis_id} names field {field!r}, which no text names"
    if sent is None or any(True for _ in _reached(sent, [field])):
        yield f"field {field!r} was sent, or nobody knows what was"


def _wrong_arguments(
    hypothesis: Hypothesis, cited: list[Evidence], children: Children, said: list[str]
) -> Iterator[str]:
    if not hypothesis.arguments:
        return
    if hypothesis.category != "tool_schema_mismatch" or not cited:
        yield f"{hypothesis.hypothesis_id} names arguments of no refused call"
        return
    sent = _sent(cited[0], children)
    for argument in hypothesis.arguments:
        own = [part for part in argument.name.split(".") if not part.isdecimal()]
        # Said not to be there is either an argument or what it asked for.
        values = [each for each in _reached(sent or {}, argument.name.split(".")) if isinstance(each, str) and each]
        if not own or not (_in_any(own[-1], said) or any(value in text for value in values for text in said)):
            yield f"{hypothesis.hypothesis_id} names argument {argument.name!r}, which no text names"
        if sent is not None and not _bears_out(argument, sent):
            yield f"argument {argument.name!r} is not {argument.kind} in what was sent"


def _sent(root: Evidence, children: Children) -> dict[str, Any] | None:
    """Return the arguments of the call that a root is, or is about, where they were recorded as an object."""
    child = children.get((root.kind, root.ref_id))
    if isinstance(child, GuardrailEvent):
        child = children.get(("tool_call", child.call_id or ""))
    args = child.args_json if isinstance(child, ToolCall) else None
    return args if isinstance(args, dict) else None


def _bears_out(argument: NamedArgument, sent: dict[str, Any]) -> bool:
    parts = argument.name.split(".")
    is_there = any(True for _ in _reached(sent, parts))
    if argument.kind == "missing":
        return not is_there
    if argument.kind == "unexpected" or len(parts) == 1:
        return is_there
    return is_there or any(isinstance(each, dict | list) for each in _reached(sent, parts[:-1]))


def _reached(value: Any, parts: list[str]) -> Iterator[Any]:
    """Yield what a path leads to; a key may hold points itself."""
    if not parts:
        yield value
    elif isinstance(value, list):
        if parts[0].isdecimal() and int(parts[0][:6]) < len(value):
            yield from _reached(value[int(parts[0])], parts[1:])
    elif isinstance(value, dict):
        for count in range(1, len(parts) + 1):
            wanted = _letters("".join(parts[:count]))
            for key, each in value.items():
                if _letters(str(key)) == wanted:
                    yield from _reached(each, parts[count:])


def _in_any(name: str, texts: Iterable[str]) -> bool:
    return any(_letters(name) in _letters(text) for text in texts)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
