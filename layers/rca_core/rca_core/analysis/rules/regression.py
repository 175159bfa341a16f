"""The agent's behaviour changed with its version or model; the signal comes from `baseline`, not from a text."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, LIKELY, ActionTemplate, Cause, Rule

RULES: Final = (
    Rule("prompt_regression.baseline", "prompt_regression", "behaviour_changed", CLEAR, names=("observedregression",)),
    Rule(
        "prompt_regression.outputs", "prompt_regression", "output_changed", CLEAR, names=("observedoutputregression",)
    ),
    Rule(
        "prompt_regression.together", "prompt_regression", "changed_together", LIKELY, names=("observedoutputchange",)
    ),
)

_ROLL_BACK: Final = ActionTemplate(
    "rollback",
    "Roll back the last change of {agent}",
    "Return {agent} to the configuration before the change of {change_note} until the failures are explained.",
    "agent-team",
    "high",
    1,
)
_EVALUATE_OUTPUTS: Final = ActionTemplate(
    "test",
    "Gate changes of {agent} on the form of its outputs",
    "Run a fixed set of inputs before a version or model of {agent} is released, and compare shape, keys and length of the outputs of {changed_step}.",
    "agent-team",
    "medium",
    10,
)

CAUSES: Final = (
    Cause(
        "prompt_regression",
        "behaviour_changed",
        "{agent} fails more since its last change",
        "{regression_note}. The change and the failures came together; the telemetry of this run holds no more direct cause.",
        (
            "Run the inputs of this run again with the configuration before the change and compare.",
            "Read the difference of prompts, model settings and tool declarations between the two configurations.",
            "Compare the steps of this run with those of {earlier_run}.",
        ),
        "Roll {agent} back to the configuration before the change, then introduce the parts of the change one at a time.",
        (
            _ROLL_BACK,
            ActionTemplate(
                "test",
                "Gate changes of {agent} on an evaluation",
                "Run a fixed set of inputs before a version or model of {agent} is released, and compare step and tool outcomes.",
                "agent-team",
                "medium",
                10,
            ),
        ),
    ),
    Cause(
        "prompt_regression",
        "output_changed",
        "Outputs of {changed_step} changed with the last change of {agent}",
        "{regression_note}. The telemetry of this run holds no more direct cause.",
        (
            "Compare the output of {changed_step} with that of {earlier_run}.",
            "Check what reads the output of {changed_step} for the form that it expects.",
            "Read the difference of prompts, model settings and output declarations between the two configurations.",
        ),
        "Ask for the former output of {changed_step}, by a schema or an example, or let what reads it accept the new one; roll {agent} back until then.",
        (
            _ROLL_BACK,
            ActionTemplate(
                "code_change",
                "Check outputs of {changed_step} where they are made",
                "Check the output of {changed_step} against the form that its readers expect, and fail there with a message that says what is wrong.",
                "agent-team",
                "medium",
                5,
            ),
            _EVALUATE_OUTPUTS,
        ),
    ),
    Cause(
        "prompt_regression",
        "changed_together",
        "Outputs of {changed_step} changed together with the configuration of {agent}",
        "{regression_note}. The telemetry of this run holds no more direct cause.",
        (
            "Run the inputs of this run again with the configuration before the change: does it fail there too?",
            "Compare the output of {changed_step} with that of {earlier_run}.",
            "Check what reads the output of {changed_step} for the form that it expects.",
        ),
        "Find out first whether such outputs make runs fail; roll {agent} back only if they do.",
        (
            ActionTemplate(
                "test",
                "Try this run with the configuration before the change",
                "Run the inputs of this run with {agent} before and after the change of {change_note}, and compare the outputs of {changed_step} and the outcomes.",
                "agent-team",
                "medium",
                5,
            ),
            _EVALUATE_OUTPUTS,
        ),
    ),
)
