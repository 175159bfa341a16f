"""What to do: the actions of a cause; without sufficient evidence, what to record to explain the next failure."""

from rca_core.analysis.diagnose.diagnosis import Diagnosis
from rca_core.analysis.model import ActionItem
from rca_core.analysis.observe.order import in_order, places
from rca_core.analysis.plain import plain
from rca_core.analysis.rules.model import ActionTemplate, Cause
from rca_core.telemetry import AgentRun


def actions_for(cause: Cause, filled: dict[str, str]) -> tuple[ActionItem, ...]:
    """Return the action items of a cause, filled in for a run."""
    return tuple(_action(number, template, filled) for number, template in enumerate(cause.actions, 1))


def _action(number: int, template: ActionTemplate, filled: dict[str, str]) -> ActionItem:
    return ActionItem(
        action_id=f"act_{number}_{template.type}",
        type=template.type,
        title=template.title.format_map(filled),
        description=template.description.format_map(filled).strip(),
        owner=template.owner,
        priority=template.priority,
        due_in_days=template.due_in_days,
    )


def data_collection(run: AgentRun, diagnosis: Diagnosis) -> tuple[ActionItem, ...]:
    """Return the two actions that make the next failure of this agent explainable."""
    agent = plain(run.agent_name)
    steps_in_order, _, _ = in_order(run, places(run))
    names = list(dict.fromkeys(plain(step.name or step.step_id, 60) for step in steps_in_order))
    shown = ", ".join(names[:3]) + (" and the others" if len(names) > 3 else "")
    steps = f"each step ({shown})" if shown else "each step (this run recorded none)"
    calls = (
        "the outcome of each call"
        if run.tool_calls
        else "every tool call with its arguments and result (this run recorded none)"
    )
    said = f'"{plain(run.error_message)}"' if run.error_message else "no message"
    recovered = (
        " Failures that were recovered are in the evidence; they do not explain the end." if diagnosis.recovered else ""
    )
    return (
        ActionItem(
            action_id="act_1_monitoring",
            type="monitoring",
            title="Enable detailed tracing",
            description=(
                f"Record in {agent} {calls}, and for {steps} the error where there is one, so that a failure leaves a "
                f"trace.{recovered}"
            ),
            owner="agent-team",
            priority="high",
            due_in_days=3,
        ),
        ActionItem(
            action_id="act_2_code_change",
            type="code_change",
            title="Add structured error codes",
            description=(
                f"Make {agent} end a failed run with error_type, a status code and the failing step: this run ended "
                f"with {said} and {'error type ' + plain(run.error_type) if run.error_type else 'no error type'}."
            ),
            owner="agent-team",
            priority="medium",
            due_in_days=7,
        ),
    )
