"""What to tell about texts that could not be read: see output_parse_error.py for the rules."""
# ruff: noqa: E501 - a sentence in one piece reads better than wrapped

from typing import Final

from rca_core.analysis.rules.model import ActionTemplate, Cause


def _cause(code: str, title: str, description: str) -> Cause:
    return Cause(
        "output_parse_error",
        code,
        title,
        description,
        (
            "Read the raw text that {model} wrote before {ref} failed, and find where it leaves the expected format.",
            "Repeat the prompt a few times and count how often the output parses; compare with other models.",
        ),
        "Ask {model} for structured output by schema instead of by prompt, give the parse error back to it once, and keep the raw text in the telemetry.",
        (
            ActionTemplate(
                "code_change",
                "Make the output of {agent} structured",
                "Use the model API's structured output for the step that failed, with one repair attempt that shows the model its parse error.",
                "agent-team",
                "high",
                5,
            ),
            ActionTemplate(
                "monitoring",
                "Keep the raw model output where parsing fails",
                "Record the text of {model} that could not be parsed, redacted, with the parser's error.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "unparsable_output",
        "The model's output could not be parsed",
        "{where} failed because what {model} wrote is not in the form that {agent} expects: {quote}.",
    ),
    _cause(
        "output_validation_retries",
        "The model's output failed validation until the retries ran out",
        "{where} ended because the output of {model} did not pass validation in the attempts allowed: {quote}.",
    ),
    Cause(
        "output_parse_error",
        "unparsable_answer",
        "What {target} had to read is not in the expected format",
        "{where} failed because a text is not in the format that {target} expects: {quote}.",
        (
            "Read the raw text that {ref} had to parse; look for a page of HTML, an empty body, a cut text, or a second document.",
            "Repeat the request behind {ref} by hand and compare its status and content type with what {target} expects.",
        ),
        "Check status and content type before {target} parses an answer, and report what came instead with its first characters.",
        (
            ActionTemplate(
                "code_change",
                "Make {target} check what it parses",
                "Let {target} refuse an answer of another content type with a message of its own, and keep the raw text, redacted, for the report.",
                "agent-team",
                "high",
                5,
            ),
            ActionTemplate(
                "test",
                "Test {target} with an answer that is not of its format",
                "Add a test in which the answer behind {target} is empty, cut, or a page of HTML, and assert what {agent} is told.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    ),
)
