"""Which error types and messages say that something failed and nothing more."""

import re
from typing import Final

from rca_core.analysis.facts import normal_name

GENERIC_TYPES: Final = frozenset(
    (
        "",
        "toolcall",
        "agent",
        "error",
        "exception",
        "runtime",
        "runfailed",
        "failure",
        "failed",
        "taskfailed",
        "unknown",
        "unknownerror",
        "agentexecution",
        "tool",
        "agentrun",
        "workflow",
        "toolexecution",
        "execution",
        "run",
        "internal",
        "internalerror",
        "task",
        "base",
        "generic",
        "unhandled",
        "system",
        "application",
        "step",
        "stepfailed",
        "agentfailed",
        "none",
        "null",
        "workflowruntime",
        "crash",
        "toolcallfailed",
        "toolfailure",
        "executionfailed",
    )
)

_WHAT: Final = r"(?:agent|run|task|job|workflow|step|tool|tool call|operation|request|execution|process|goal|task goal|objective|pipeline|system|call|action|command|function|program|query|assistant|model|conversation|session)"
_GENERIC_MESSAGE = re.compile(
    r"\A\W*(?:"
    r"(?:an? |the )?(?:unknown|unexpected|internal|unspecified|generic|unhandled|general|fatal|critical|runtime|system|server|application|agent)?(?: (?:server|system|agent|application|internal|runtime))?"
    r" ?(?:error|failure|exception|fault)s?(?: (?:has |was )?(?:occurred|happened|encountered|raised))?(?: (?:in|during|while|with) [\w ]{1,40})?"
    rf"|(?:the |your |this )?{_WHAT}s?(?: \w+)? (?:has |have |was |is |could |did )?(?:been )?(?:not )?(?:be )?(?:failed|failure|reached|achieved|completed?|finished?|aborted|unsuccessful|succeed|crashed|errored|terminated|stopped|satisfied|met|fulfilled)(?: (?:unexpectedly|successfully|with (?:an )?errors?))?"
    r"|failed|failure|fail|something went wrong|oops.{0,40}|none|null|n/?a|-|could not complete(?: the)?(?: task| request)?|unable to complete(?: the)?(?: task| request)?|unsuccessful|aborted|please try again(?: later)?"
    r"|(?:there was an|we encountered an|encountered an) (?:error|issue|problem)"
    r"|(?:[45]\d\d )?internal server error"
    r")\W*(?:please (?:try again|contact support)[\w ]{0,20}\W*)?\Z"
)
LONGEST: Final = 160


def says_nothing(message: str | None) -> bool:
    """Return whether a message gives no detail: absent, or one of the phrases that fit every failure."""
    text = (message or "").strip().lower()
    return not text or (len(text) <= LONGEST and _GENERIC_MESSAGE.match(text) is not None)


def names_nothing(error_type: str | None) -> bool:
    """Return whether an error type is absent or fits every failure."""
    return not error_type or normal_name(error_type) in GENERIC_TYPES
