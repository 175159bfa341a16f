"""Wordings that say that an argument has a wrong type or value."""

from typing import Final

from rca_core.analysis.read.roles.sayings import BLANK, WRONG_TYPE, WRONG_VALUE
from rca_core.analysis.read.roles.wording import (
    BARE,
    CLI,
    CLOSE,
    NAME,
    NEEDS_SENT,
    OPEN,
    QUOTED,
    ROLE,
    SHOULD,
    START,
    TYPES,
    UNMARKED,
    Wording,
    wording,
)

WRONG: Final[tuple[Wording, ...]] = (
    # Wrong type or value: what follows, or stands around, says which.
    *wording(
        None,
        rf"\b(?P<rest>invalid \w+ passed to {QUOTED} (?:argument|parameter)[^\n]{{0,120}})",
        rf"(?P<rest>\b(?:invalid|incorrect|wrong|bad|illegal|unsupported|unacceptable"
        rf"|unexpected) (?:data )?(?:type|format|value|\w{{2,10}} value"
        rf"|input)s?) (?:{OPEN}[^'\"`\n]{{1,80}}{CLOSE} |\S{{1,40}} )?(?:for|of|in|passed to|given for"
        rf"|supplied for|provided for|received for) (?:the )?(?:{ROLE} )?{QUOTED}",
        rf"(?P<rest>\b(?:invalid|incorrect|wrong|bad|illegal|unsupported|unacceptable) (?:data )?(?:type"
        rf"|format|value|\w{{2,10}} value)s?) (?:for|of|in) (?:the )?{ROLE}:? {BARE}(?:$|[.,;:!\n]|\s)",
        rf"(?P<rest>\b(?:invalid|incorrect|wrong|bad|illegal|unsupported) (?:data )?(?:type|format"
        rf"|value)s?) for {BARE}(?:$|[.,;:!\n])",
        rf"\b{ROLE} {QUOTED}(?: value {OPEN}[^'\"\n]{{0,120}}{CLOSE})?{TYPES}[ :]+(?P<follows>(?:must|should"
        rf"|has|have|is|was|are|does|did|cannot|can't|may|needs?|expects?|expected|type|value|invalid|failed"
        rf"|could|contains|exceeds|accepts)\b)",
        rf"\b{ROLE} {QUOTED}(?P<rest> ?\([^()\n]{{1,60}}\) is not [^\n]{{1,200}})",
        rf"{QUOTED}(?: {ROLE})?(?P<follows> (?:must|should|has to|needs? to|(?:cannot"
        rf"|can't) be (?:an? )?(?:empty|blank|null|negative|zero|less|greater|more|longer|shorter|before|after"
        rf"|in the)|may not|is not allowed to be|length must|may only|can only)\b)",
        rf"{QUOTED}:? (?P<follows>(?:has (?:an? )?(?:invalid|wrong|bad|incorrect|non-\w+)|was of type"
        rf"|is of the wrong)\b)",
        rf"\bexpected (?:{ROLE} )?{QUOTED} (?P<follows>to (?:be|have|match)\b)",
        rf"\b(?:parameter|argument|field|property|param) {BARE}{TYPES} (?P<follows>(?:{SHOULD}|type)\b)",
        rf"(?P<rest>\binvalid type for parameter) {BARE}, value:",
        rf"(?P<rest>\binvalid (?:value|length) for parameter) {BARE}, value:",
        rf"\bargument (?:-\w/)?(?P<name>--?{NAME})(?:/--?[\w-]{{1,40}})?: (?P<rest>(?:invalid|expected"
        rf"|not allowed)[^\n]{{1,200}})",
        rf"\bargument {BARE}: (?P<rest>(?:invalid|expected)[^\n]{{1,200}})",
        rf"\binvalid value for {OPEN}?(?:-\w{CLOSE}? / {OPEN}?)?(?P<name>{CLI}){CLOSE}?(?: / "
        rf"{OPEN}?-{{1,2}}[\w-]{{1,40}}{CLOSE}?)?: (?P<rest>[^\n]+)",
        rf"\bthe json property {OPEN}(?P<name>{NAME}){CLOSE} (?P<rest>[^\n]{{1,200}})",
        rf"\brequest/(?:body|query|params?)/(?P<name>{NAME}) (?P<follows>(?:must|should)\b)",
        rf"\bfor (?:the )?(?:parameter|argument|field|property) {QUOTED}[,:;]? (?P<follows>(?:expected|must"
        rf"|should|got|invalid)\b)",
        rf"(?P<rest>\binvalid enum value[^\n]{{0,200}}|\bexpected [^\n]{{1,120}}?(?:but|,) (?:got"
        rf"|received)[^\n]{{1,80}}?) (?:for|at|in) (?:the )?(?:{ROLE} )?(?:path )?{QUOTED}",
    ),
    *wording(
        None,
        rf"{START}(?:the )?(?:parameter |argument |field |property |param |value of "
        rf"|value for )?{BARE}(?: value| length)?(?: in (?:body|query|path))?:? (?P<follows>(?:{SHOULD})\b)",
        mark=UNMARKED,
    ),
    *wording(
        None,
        rf"\binvalid {BARE}: (?P<follows>(?:must|should|expected|needs?|has to|one of|allowed|valid)\b)",
        mark=UNMARKED,
    ),
    *wording(
        BLANK,
        rf"\b(?:you )?passed an empty (?:string|value|list|array) (?:for|to|in) {QUOTED}",
    ),
    *wording(
        None,
        rf"{QUOTED} (?P<follows>(?:is (?:not )?(?:an? )?(?:valid|invalid|of type|too|less|greater|out of"
        rf"|one of)|contains|does not|fails to|failed|exceeds|expected|cannot|can't)\b)",
        rf"\binvalid {BARE}: (?P<follows>(?:not|cannot|value|got|unknown|unsupported|is|only)\b)",
        mark=NEEDS_SENT,
    ),
    *wording(
        WRONG_TYPE,
        rf"\bfailed to (?:parse|convert|coerce|decode) (?:the )?(?:value (?:of|for) )?(?:parameter|argument"
        rf"|field|property) {QUOTED}",
        rf"\b(?:parameter|argument) {QUOTED} has (?:the )?(?:wrong|incorrect|an? invalid) type\b",
        rf"\btype mismatch (?:for|in|at|on) (?:the )?(?:{ROLE} )?{QUOTED}",
    ),
    *wording(
        WRONG_VALUE,
        rf"\binvalid (?:argument|parameter|param|field|property|input)(?: value)?(?: ?[:=] ?| ){QUOTED}(?:$"
        rf"|[.,;!\n]| in | for )",
        rf"\b(?:value|values) (?:of|for) (?:the )?(?:{ROLE} )?{QUOTED} (?:is|was|are) (?:invalid|not (?:valid"
        rf"|allowed|supported|accepted|permitted)|out of range|too \w+)",
    ),
)
