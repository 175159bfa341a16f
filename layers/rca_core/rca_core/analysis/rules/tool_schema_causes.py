"""What to tell about calls that do not fit their tool: see tool_schema_mismatch.py for the rules."""
# ruff: noqa: E501 - a sentence in one piece reads better than wrapped

from typing import Final

from rca_core.analysis.rules.model import ActionTemplate, Cause


def _cause(code: str, title: str, description: str, check: str, mitigation: str) -> Cause:
    return Cause(
        "tool_schema_mismatch",
        code,
        title,
        description,
        (
            check,
            "Replay {ref} with the arguments it had ({arguments}) against {target} and confirm that it is refused{status} in the same way.",
            "Look for a change of the API behind {target}, or of its declaration in {agent}{version_note}, shortly before {when}.",
        ),
        mitigation,
        (
            ActionTemplate(
                "code_change",
                "Bring the schema of {target} up to date",
                "Review the argument schema of {target} that {agent} uses against the current contract: {field}. {step_note}",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "test",
                "Contract test for {target}",
                "Add a test that sends the arguments {agent} makes to {target}'s current schema and fails when it refuses {field}.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "missing_argument",
        "{target} was called without {with_what}",
        "{where} was refused{status} because {field_is} missing: {quote}. The arguments the agent sent ({arguments}) do not fit what {target} now requires.",
        "Compare the arguments of {ref} ({arguments}) with the current schema of {target}: look for {field} among the required ones.",
        "Declare {field} as required in the declaration of {target}, and check in {agent} that a call carries all that is required before it leaves.",
    ),
    _cause(
        "unexpected_argument",
        "{target} was called with {with_what}",
        "{where} was refused{status} because {field_is} not known to {target}: {quote}.",
        "Compare the arguments of {ref} ({arguments}) with the current schema of {target}: look for {field}, which must not be there.",
        "Remove or rename {field} in the declaration of {target}, so that {agent} no longer sends it.",
    ),
    _cause(
        "wrong_type",
        "{target} was called with {with_what}",
        "{where} was refused{status} because {field_is} of a type that {target} does not accept: {quote}.",
        "Compare the arguments of {ref} ({arguments}) with the types that the schema of {target} states, first of all for {field}.",
        "State the type of {field} in the declaration of {target}, and check it before the call leaves {agent}.",
    ),
    _cause(
        "invalid_value",
        "{target} was called with {with_what}",
        "{where} was refused{status} because of the value of {field}: {quote}.",
        "Compare the arguments of {ref} ({arguments}) with the values, forms and bounds that the schema of {target} states, first of all for {field}.",
        "State the allowed values, the form or the bounds of {field} in the declaration of {target}, and check them before the call leaves {agent}.",
    ),
    _cause(
        "tool_sent_unknown_field",
        "{target} sent on a field that was refused as unknown: {field}",
        "{where} was refused{status} because of {field}, which is not among the arguments the agent sent ({arguments}): {quote}. It seems that {target} adds it on its own.",
        "Compare the request that {target} makes for {ref} with the current contract of the service behind it: {field} must not be there.",
        "Remove or rename {field} in the request that {target} makes; {agent} does not send it.",
    ),
    _cause(
        "unknown_tool",
        "{agent} called a tool that does not exist{no_such_tool}",
        "{where} failed{status} because no tool of that name is registered: {quote}.",
        "Compare the names of the tools given to the model of {agent} with those registered to be called; {target} must be in both.",
        "Register {target} or take it out of the prompt and declarations; answer an unknown name with the list of valid ones.",
    ),
    _cause(
        "tool_definition_invalid",
        "The declaration of {target} is not a valid schema",
        "{where} was refused{status} before any call, because a tool's declaration is not valid: {quote}.",
        "Validate the declarations that {agent} sends against the JSON Schema subset the model's API accepts.",
        "Correct the declaration that the message names; validate all declarations when {agent} starts.",
    ),
    _cause(
        "invalid_json_arguments",
        "The arguments for {target} were not valid JSON",
        "{where} failed{status} because the model wrote arguments that are not valid JSON: {quote}.",
        "Read the raw arguments the model wrote for {ref}; look for cut text, comments or wrong quotes.",
        "Use the model API's strict or structured tool calling for {target}, and give the parse error back to the model once.",
    ),
    _cause(
        "args_vs_schema",
        "The arguments for {target} do not fit its schema",
        "{where} failed validation{status}: {quote}. The arguments the agent sent were {arguments}.",
        "Compare the arguments of {ref} ({arguments}) with the current schema of {target}.",
        "Bring the declaration of {target} in {agent} in line with its current schema; validate arguments before the call leaves the agent.",
    ),
    _cause(
        "bad_request",
        "{target} rejected the request as malformed",
        "{where} was refused{status} as a malformed request: {quote}.",
        "Compare the arguments of {ref} ({arguments}) with the current schema of {target}.",
        "Bring the request that {agent} builds for {target} in line with its current contract.",
    ),
)
