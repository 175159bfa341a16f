"""Whether a contrast is one: counted again from the calls of the run.

Those of earlier runs are not at hand; that this call differs from what is said of them is."""

from collections.abc import Iterator

from rca_core.analysis.model import Evidence
from rca_core.telemetry import AgentRun, ToolCall
from rca_core.telemetry.accepted import letter_of


def wrong_contrast(evidence: Evidence, call: ToolCall, run: AgentRun) -> Iterator[str]:
    """Yield what a contrast says that the calls of the run do not bear out."""
    told = evidence.attributes
    argument, mine = told.get("argument"), call.args_json
    others = [
        each.args_json
        for each in run.tool_calls
        if each.tool_name == call.tool_name and each.status == "success" and isinstance(each.args_json, dict)
    ]
    successes, runs, past = (told.get(name, 0) for name in ("successes", "earlier_runs", "earlier_successes"))
    if not 0 <= runs <= past:  # a run that is compared has a success at least
        yield f"{evidence.evidence_id!r} compares with {past} calls of {runs} runs"
        return
    if not isinstance(mine, dict) or not successes or successes - past != len(others):
        yield f"{evidence.evidence_id!r} compares with other calls than there are"
        return
    carried = [argument in each for each in others]
    borne_out = {
        "lacked": argument not in mine and all(carried),
        "had": argument in mine and not any(carried),
        "type": argument in mine
        and all(carried)
        and letter_of(mine[argument]) not in {letter_of(each[argument]) for each in others},
    }
    if not borne_out.get(str(told.get("difference"))):
        yield f"{evidence.evidence_id!r} says of {argument!r} what the calls of the run do not show"
