"""Which error types and messages say that something failed and nothing more."""

from typing import Final

import re2

from rca_core.analysis.read.facts import normal_name

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

_WHAT: Final = (
    r"(?:agent|run|task|job|workflow|step|tool|tool call|operation|request|execution|process|goal|task goal|objective"
    r"|pipeline|system|call|action|command|function|program|query|assistant|model|conversation|session)"
)
_KIND: Final = r"(?:unknown|unexpected|internal|unspecified|generic|unhandled|general|fatal|critical|runtime)"
_PART: Final = r"(?:system|server|application|agent|internal|runtime)"
_END: Final = (
    r"(?:failed|failure|reached|achieved|completed?|finished?|aborted|unsuccessful|succeed|crashed|errored|terminated|stopped"
    r"|satisfied|met|fulfilled)"
)
_SIGNS: Final = r"[^\w\x{80}-\x{10ffff}]"
_GENERIC_MESSAGE = re2.compile(
    rf"{_SIGNS}*(?:"
    rf"(?:an? |the )?{_KIND}? ?(?:{_PART} )?(?:error|failure|exception|fault)s?"
    r"(?: (?:has |was )?(?:occurred|happened|encountered|raised))?(?: (?:in|during|while|with) [\w ]+)?"
    rf"|(?:the |your |this )?{_WHAT}s?(?: \w{{1,40}})?"
    rf" (?:has |have |was |is |could |did )?(?:been )?(?:not )?(?:be )?{_END}"
    r"(?: (?:unexpectedly|successfully|with (?:an )?errors?))?"
    r"|fail(?:ed|ure)?|something went wrong|oops.{0,40}|none|null|n/?a|unsuccessful|aborted|please try again(?: later)?"
    r"|(?:could not|unable to) complete(?: the)?(?: task| request)?"
    r"|(?:there was an|we encountered an|encountered an) (?:error|issue|problem)"
    r"|(?:[45]\d\d )?internal server error"
    rf"){_SIGNS}*(?:please (?:try again|contact support)[\w ]{{0,20}}{_SIGNS}*)?\z"
)
LONGEST: Final = 160
MAX_READ: Final = 2_000


def says_nothing(message: str | None) -> bool:
    """Return whether a message gives no detail: absent, or one of the phrases that fit every failure."""
    text = (message or "").strip().lower()
    return not text or (len(text) <= LONGEST and _GENERIC_MESSAGE.match(text) is not None)


def names_nothing(error_type: str | None) -> bool:
    """Return whether an error type is absent or fits every failure."""
    return not error_type or normal_name(error_type) in GENERIC_TYPES


# That something was ended, by whom or by which signal; not why.
_ENDED = re2.compile(
    r"\b(?:killed|sig(?:kill|term|int)|signal (?:9|15)|exit(?:ed)?(?: with)?(?: code| status)?:? ?(?:137|143)"
    r"|oom(?:[ -]?killed)?|out of memory|cancel(?:l?ed|lation)|aborted|interrupt(?:ed)?|terminated|evicted|preempted"
    r"|shut(?:ting)? ?down|keyboardinterrupt)\b"
)
_FOR_A_REASON = re2.compile(
    r"\b(?:time[ds]?[ -]?out|timeout|deadline|time limit|took too long|rate|quota|polic(?:y|ies)|exceed\w*|iterations?"
    r"|turns?|steps|loop\w*|refus\w*|denied|filter\w*|moderation|connection|socket|stream)\b"
)


def was_ended_from_outside(error_type: str | None, message: str | None) -> bool:
    """Return whether an error says that a run was killed or cancelled, and gives no reason that a rule could read."""
    text = f"{error_type or ''} {message or ''}"[:MAX_READ].lower()
    return _ENDED.search(text) is not None and _FOR_A_REASON.search(text) is None
