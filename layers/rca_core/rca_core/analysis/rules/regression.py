"""The agent's behaviour changed with its version or model; the signal comes from `baseline.py`, not from a text."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, ActionTemplate, Cause, Rule

RULES: Final = (
    Rule("prompt_regression.baseline", "prompt_regression", "behaviour_changed", CLEAR, names=("observedregression",)),
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
            "Compare the steps of this run with those of a successful run before the change.",
        ),
        "Roll {agent} back to the configuration before the change, then introduce the parts of the change one at a time.",
        (
            ActionTemplate(
                "rollback",
                "Roll back the last change of {agent}",
                "Return {agent} to the configuration before the change until the failures are explained: {regression_note}.",
                "agent-team",
                "high",
                1,
            ),
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
)
