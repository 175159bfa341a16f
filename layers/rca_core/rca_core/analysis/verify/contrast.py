"""Whether a contrast is one: counted again from the calls of the run."""

from collections.abc import Iterator

from rca_core.analysis.model import Evidence
from rca_core.telemetry import AgentRun, ToolCall


def wrong_contrast(evidence: Evidence, call: ToolCall, run: AgentRun) -> Iterator[str]:
    """Yield what a contrast says that the calls of the run do not bear out."""
    told = evidence.attributes
    argument, mine = told.get("argument"), call.args_json
    others = [
        each.args_json
        for each in run.tool_calls
        if each.tool_name == call.tool_name and each.status == "success" and isinstance(each.args_json, dict)
    ]
    if not isinstance(mine, dict) or not others or told.get("successes") != len(others):
        yield f"{evidence.evidence_id!r} compares with other calls than there are"
        return
    carried = [argument in each for each in others]
    borne_out = {
        "lacked": argument not in mine and all(carried),
        "had": argument in mine and not any(carried),
        "type": argument in mine
        and all(carried)
        and not {type(each[argument]) for each in others} & {type(mine[argument])},
    }
    if not borne_out.get(str(told.get("difference"))):
        yield f"{evidence.evidence_id!r} says of {argument!r} what the calls of the run do not show"
