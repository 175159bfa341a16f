"""Sentences that blame an argument: its name in the place where each wording puts it."""
# ruff: noqa: E501 - a pattern in one piece reads better than wrapped

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from rca_core.analysis.read.roles.model import BLANK as BLANK_CHAR
from rca_core.analysis.read.roles.model import Claim, Path, Saying
from rca_core.analysis.read.roles.paths import clean_path, normal, parse_path, without_tags
from rca_core.analysis.read.roles.sayings import (
    BLANK,
    MISSING,
    UNEXPECTED,
    WRONG_TYPE,
    WRONG_VALUE,
    compiled,
    saying_of,
    saying_of_code,
)
from rca_core.analysis.read.roles.stop_words import (
    FUNCTION_WORDS,
    IS_NO_ARGUMENT,
    NOT_AFTER,
    NOT_BEFORE,
    NOUNS,
    THINGS,
)

MAX_PREDICATE: Final = 300
MAX_INSTANCE: Final = 2_000

# What shows that a word is a name.
NEEDS_SENT: Final = -1
BARE: Final = 0
AFTER_ROLE: Final = 1
COLON: Final = 2
QUOTED: Final = 3
_QUOTES: Final = tuple("'\"`“‘«「『„")
_CLOSING: Final = tuple("'\"`”’»」』“\\")

# Unbounded and of few ranges, so that patterns stay small; `parse_path` bounds the length.
_NAME: Final = r"[A-Za-z_$@/\x{c0}-\x{24f}][\w$@./\-\[\]\x{c0}-\x{24f}]*"
_CLI: Final = rf"-*{_NAME}"
_OPEN: Final = r"\\{0,2}['\"`“‘«「『„]"
_CLOSE: Final = r"\\{0,2}['\"`”’»」』“]"
_ONE_QUOTED: Final = rf"{_OPEN}{_CLI}{_CLOSE}"
_QUOTED: Final = rf"{_OPEN}(?P<name>{_CLI}){_CLOSE}"
_BARE: Final = rf"(?P<name>{_NAME})"
_ANY: Final = rf"(?:{_OPEN})?(?P<name>{_NAME})(?:{_CLOSE})?"
_AND: Final = r"(?: ?, and |,? and | ?, ?| & |,? und | et | y | e |、)"
_QUOTED_LIST: Final = rf"(?P<names>{_ONE_QUOTED}(?:{_AND}{_ONE_QUOTED})*)"
_ONE: Final = rf"(?:{_OPEN})?{_CLI}(?:{_CLOSE})?"
_LIST: Final = rf"[\[({{]?(?P<names>{_ONE}(?:{_AND}{_ONE})*)"
_ADJECTIVE: Final = (
    r"(?:tool|request|query|path|body|form|url|uri|input|function|method|call|json|named|top-level|positional|keyword|keyword-only"
    r"|required|mandatory|string|integer|number|boolean|array|object|http|route|schema|non-optional|initial|additional|extra)"
)
_ROLE: Final = (
    rf"(?:{_ADJECTIVE}[ -]){{0,4}}(?:argument|parameter|param|field|property|propertie|input|attribute|option|arg|kwarg|keyword|key|flag|member|peer)s?(?:\((?:e?s|ies)\))?"
)
_VALID: Final = r"(?:is|are|was|were|be)"
_GIVEN: Final = r"(?:provided|specified|supplied|given|passed|present|set|included|found|sent|filled in|filled)"
_START: Final = r"(?:^|\n|\(['\"]|[:;>(\[✖•*] ?|[.!] |, |(?:^|\n)\s*[-*] |\*\* ?|^\s{1,12}|\n\s{1,12})"
_SHOULD: Final = r"(?:must|should|has to|have to|needs? to|cannot|can't|can not|can’t|may not|may only|can only|does not|doesn't|is not|isn't|was not|is too|has|is invalid|was invalid|is an? invalid|exceeds|contains|accepts only|only accepts|wants?|wanted|out of|expected|expects|requires a)"
_TYPES: Final = r"(?: ?(?:\([^()\n]{1,60}\)| of type ['\"`]?[^\s'\"`]{1,60}['\"`]?))?"


@dataclass(frozen=True, slots=True)
class _Wording:
    pattern: Any
    saying: Saying | None
    """What it says; None if the group `rest` does."""
    mark: int
    """What shows at least that the word is a name: where nothing else may stand, a usual word may be one."""


def _wording(saying: Saying | None, *patterns: str, mark: int = COLON) -> tuple[_Wording, ...]:
    return tuple(_Wording(compiled(pattern), saying, mark) for pattern in patterns)


_WORDINGS: Final[tuple[_Wording, ...]] = (
    *_wording(
        MISSING,
        rf"\bat {_OPEN}(?P<parent>{_NAME}){_CLOSE}; ?field {_OPEN}(?P<name>{_NAME}){_CLOSE} of required type",
    ),
    # Shapes of their own, with a parent or a saying that stands elsewhere.
    *_wording(
        MISSING,
        rf"\bmissing required parameter in (?P<parent>[\w.\[\]]{{1,100}}): \"(?P<name>{_NAME})\"",
        rf"\bvariable {_OPEN}\$(?P<parent>{_NAME}){_CLOSE} got invalid value [^\n]*?; ?field {_OPEN}(?P<name>{_NAME}){_CLOSE} of required type",
        rf"\bvariable {_OPEN}\$(?P<name>{_NAME}){_CLOSE} of (?:required|non-null) type [^\n]{{1,80}} (?:was not provided|must not be null)",
        rf"\bobject missing required field {_OPEN}(?P<name>{_NAME}){_CLOSE} - at {_OPEN}(?P<parent>[^`\n]{{1,100}}){_CLOSE}",
        rf"\bkey {_OPEN}(?P<parent>{_NAME}){_CLOSE} error:\s+missing key: {_OPEN}(?P<name>{_NAME}){_CLOSE}",
        rf"\bfield {_OPEN}(?P<parent>{_NAME})\.{_CLOSE} is missing property {_OPEN}(?P<name>{_NAME}){_CLOSE}",
    ),
    *_wording(
        UNEXPECTED,
        rf"\bunknown parameter in (?P<parent>[\w.\[\]]{{1,100}}): \"(?P<name>{_NAME})\"",
        rf"\bvariable {_OPEN}\$(?P<parent>{_NAME}){_CLOSE} got invalid value [^\n]*?; ?field {_OPEN}(?P<name>{_NAME}){_CLOSE} is not defined",
        rf"\bobject contains unknown field {_OPEN}(?P<name>{_NAME}){_CLOSE} - at {_OPEN}(?P<parent>[^`\n]{{1,100}}){_CLOSE}",
    ),
    *_wording(
        None,
        rf"\bvariable {_OPEN}\$[^'\"`\n]{{1,60}}{_CLOSE} got invalid value [^\n]*? at {_OPEN}(?P<name>{_NAME}){_CLOSE}; ?(?P<rest>[^\n]+)",
        rf"\bvariable {_OPEN}\$(?P<name>{_NAME}){_CLOSE} got invalid value [^\n]*?; ?(?P<rest>(?:\w+ cannot represent|expected (?:type|value)|value )[^\n]+)",
        rf"\bfield error in object '[^'\n]{{1,80}}' on field '(?P<name>{_NAME})': rejected value (?P<rest>\[.*?default message \[[^\]\n]{{1,200}}\])",
        rf"\bkey: '[^'\n]{{1,120}}' error: ?field validation for '(?P<name>{_NAME})' failed on the '(?P<code>\w{{1,40}})' tag",
        rf"(?:^|\n)✖ (?P<rest>[^\n]+)\n\s*→ at (?P<name>{_NAME})",
        rf"(?P<rest>\binvalid (?:input|option|string|url|uuid|email|date)[^\n,;]{{0,20}}?: expected (?:one of )?[^\n;]{{1,200}}?) at (?P<name>{_NAME})(?:$|\n|,|;)",
        rf"(?:^|[:;\n] )(?P<rest>[^;:\n\"]+(?:\"[^\"\n]*\")?[^;:\n\"]*) at \"(?P<name>{_NAME})\"(?:$|;|\n)",
        rf"(?P<rest>\binvalid type: [^\n]+?) for key {_QUOTED}",
        rf"(?P<rest>\btoo (?:small|big): expected [^\n;]{{1,120}}?) at (?P<name>{_NAME})(?:$|\n|,|;)",
        rf"(?P<rest>(?:\bexpected `[^`\n]{{1,80}}`[^\n]{{0,120}}|\binvalid [^\n]{{1,160}})) - at `(?:key in )?(?P<name>\$[^`\n]{{1,120}})`",
        rf"(?P<rest>\bthe json value could not be converted to [^\n]{{1,120}}?\.) path: (?P<name>\$\.{_NAME})",
        rf"(?P<rest>\b(?:json: )?cannot unmarshal \w+ into (?:go )?(?:struct field|value of type)) [\w/]{{1,60}}\.(?P<name>{_NAME}) of type",
        rf"(?P<rest>\b(?:must|should|invalid|missing|unsupported|failed)[^\n\[]{{1,160}}) \[json-pointer:(?P<name>/{_NAME})\]",
        rf"(?P<rest>\bcannot (?:deserialize|construct|coerce)[^\n]+?) \(through reference chain: [^\n\"]{{1,120}}\[\"(?P<name>{_NAME})\"\]\)",
        rf"\bfailed to convert (?:property )?value of type .{{1,120}} to required type .{{1,120}} for property '(?P<name>{_NAME})'(?P<rest>)",
    ),
    *_wording(
        MISSING,
        rf"(?:^|[\s:])(?P<parent>[A-Za-z][\w./\[\]-]*) must have required property {_QUOTED}",
        rf"\b(?:provide|specify|supply|pass|give|set|enter) (?:an? |the )?(?:valid )?values? for (?:the )?(?:{_ROLE} )?{_QUOTED}",
    ),
    *_wording(BLANK, rf"\bempty values? (?:was |were )?(?:found |given |provided |passed )?(?:for|in) (?:the )?(?:{_ROLE} )?{_QUOTED}"),
    *_wording(
        None,
        rf"(?P<rest>\binvalid type: \w+ \(expected [^)\n]+\)) (?P<name>/{_NAME})$",
        rf"(?P<rest>\b(?:wanted|expected|needs|wants) [^\n,;'\"`]{{1,60}}?) (?:in|for|at|as) (?:the )?(?:{_ROLE} )?{_QUOTED}",
        rf"\binvalid {_QUOTED}: (?P<follows>\w)",
        rf"(?P<rest>\binvalid value [^\n]{{1,80}}? supplied to) [^\n]*/(?P<name>{_NAME}): ",
        rf"\binvalid {_BARE}, (?P<follows>(?:must|should|expected|has to|needs to)\b)",
        rf"(?:^|\s){_BARE} (?:parameter|argument|field|property) (?P<follows>(?:must|should|has to|needs to)\b)",
        rf"(?P<rest>[^\n.]+)\. ?\(parameter '(?P<name>{_NAME})'\)",
        rf"\bat (?P<name>[$/][\w.\[\]/-]+): (?P<rest>[^\n]+)",
        rf"(?P<rest>\bis (?:not valid|invalid|not allowed)) for (?:the )?{_ROLE} {_ANY}(?:$|[.,;\s])",
        rf"\binvalid {_BARE}: [^\n]{{1,80}}?(?:[.;,]| -) (?P<follows>(?:must|should|expected|cannot|allowed|valid|has to|needs to)\b)",
        mark=AFTER_ROLE,
    ),
    # A path after what is said: voluptuous, superstruct, valibot, dspy, discord.
    *_wording(
        None,
        rf"(?P<rest>\b(?:required key not provided|extra keys not allowed|expected [^\n@]+|not a valid value[^\n@]*|[^\n@]+ for dictionary value)) @ data(?P<name>(?:\[(?:'[^'\n]*'|\d+)\])+)",
        rf"\bat path: (?P<name>{_NAME}) -- (?P<rest>[^\n]+)",
        rf"(?:^|\n)\s*in (?P<name>{_NAME}): (?P<rest>[^\n]+)",
        rf"\barg(?:ument)? {_ANY} is invalid: (?P<rest>[^\n]+)",
        rf"\bargument {_ANY} (?P<rest>has type [^\n]+ but should be [^\n]+)",
        rf"\bparameter (?P<name>{_NAME})=(?P<rest>[^\n]* violates type hint [^\n]+)",
        rf"(?:^|\n|: )key {_QUOTED} error:\s+(?P<rest>[^\n]+)",
        rf"\bvalue \(?[^\n]{{0,200}}? (?:at|for parameter) {_ANY} (?P<follows>failed to satisfy|is invalid|is not valid)",
        rf"(?P<rest>\binvalid value at) '(?P<name>{_NAME})' \(",
    ),
    # Missing.
    *_wording(
        MISSING,
        rf"\bvalue null at '(?P<name>{_NAME})' failed to satisfy constraint: member must not be null",
        rf"\binvalid key: expected \"(?P<name>{_NAME})\" but received undefined",
        rf"\bdata must contain \[(?P<names>{_ONE_QUOTED}(?:, ?{_ONE_QUOTED})*)\] propert",
        rf"\b(?P<parent>data\.{_NAME}) must contain \[(?P<names>{_ONE_QUOTED}(?:, ?{_ONE_QUOTED})*)\] propert",
        rf"\bmandatory input parameters? (?:is|are) not present:\n(?P<name>{_NAME})",
        rf"\bmust contain the parameter {_ANY}",
        rf"\bmissing key: {_QUOTED}",
        rf"\b(?:missing|lacks|without|absent|forgot)(?: an?| the| its| one| \d+| following| one or more| these){{0,3}}(?: required| mandatory| needed)? {_ROLE}(?: named| called| value| for [^:\n]{{1,60}}| in (?:the )?(?:request|body|query|input|call|payload|object|arguments)(?: body)?)?(?: ?[:=] ?| )(?:are |is )?{_QUOTED_LIST}",
        rf"\b(?:missing|lacks|without|absent)(?: an?| the| its| one| \d+| following| one or more| these){{0,3}}(?: required| mandatory| needed)? {_ROLE}(?: for [\w ]{{1,40}}| in (?:request|body|query|input))?(?: ?[:=] ?){_LIST}",
        rf"\bmissing (?:an? |the )?(?:required |mandatory )(?:peer|keys?|values? for|property|parameters?|fields?) {_QUOTED_LIST}",
        rf"\b(?:did not have|does not have|do not have|doesn't have|must have|should have|without) (?:the |all )?(?:its )?required {_ROLE}:? {_LIST}",
        rf"\b(?:required|mandatory) {_ROLE} {_QUOTED_LIST}{_TYPES}[^\n.;]{{0,80}}?\b(?:missing|not {_GIVEN}|absent|omitted|undefined|was null|is null|no value)\b",
        rf"\brequired {_ROLE} (?:is |are |was )?(?:missing|not {_GIVEN}|absent)(?: or invalid| or empty)?:? {_LIST}",
        rf"\b{_ROLE} {_QUOTED_LIST}{_TYPES} (?:is|are|was|were) (?:a |an )?(?:required|mandatory|missing|absent|omitted|not {_GIVEN}|undefined|never {_GIVEN})\b",
        rf"{_QUOTED}(?: {_ROLE})?{_TYPES} (?:is|was) (?:a |an )?(?:required|mandatory)(?: (?:property|field|parameter|argument|key|value|attribute|input|option))?\b",
        rf"{_QUOTED}(?: {_ROLE})?{_TYPES} (?:is|was|are|were) (?:missing|absent|omitted|not {_GIVEN}|never {_GIVEN})\b",
        rf"{_QUOTED}(?: {_ROLE})? (?:must|should|has to|needs to|have to) be (?:{_GIVEN}|defined)\b",
        rf"{_QUOTED}(?: {_ROLE})? (?:cannot|can't|may not|must not) be (?:omitted|missing|undefined|left out)\b",
        rf"\b(?:requires?|must have|must include|must contain|must specify|must provide|needs|should have|please provide|please specify|please supply|please include|provide|specify|you must pass|must pass|must supply|must set) (?:an? |the |a value for |values for )?(?:required )?{_ROLE}:? {_QUOTED_LIST}",
        rf"\b(?:you )?(?:must|should|need to|please) (?:provide|specify|supply|include|pass|set|give|send) (?:an? |the |a value for |values for )?(?:valid )?{_QUOTED_LIST}(?: {_ROLE}\b|$|[.!,;\n]| in | when | for | to )",
        rf"\b(?:no|undefined|missing) values? (?:was |were )?(?:{_GIVEN} )?(?:for|in) (?:the )?(?:required |mandatory )?(?:{_ROLE} )?{_QUOTED}",
        rf"\b(?:no|undefined|missing) values? (?:was |were )?(?:{_GIVEN} )?for (?:the )?(?:required |mandatory )?{_ROLE} {_BARE}(?:$|[.,;\s])",
        rf"\bthe following {_ROLE} (?:are|is) (?:required|missing|mandatory)(?: but (?:missing|not {_GIVEN}))?:? {_LIST}",
        rf"\bmissing (?:option|argument|parameter)s? {_QUOTED}(?: / '[^'\n]{{1,40}}')*",
        rf"\bmissing keywords?: :(?P<name>{_NAME})",
        rf"\bmissing (?:required )?(?:\w+ )?:? ?{_QUOTED_LIST} (?:argument|parameter|field|property|param|key|input)s?\b",
        rf"\bparam is missing or the value is empty(?: or invalid)?: (?P<name>{_NAME})",
        rf"\bneither {_QUOTED} was {_GIVEN}\b",
        rf"\brequired {_ROLE} not {_GIVEN}: {_LIST}",
        rf"\brequired (?:value|property|attribute|parameter|field): {_LIST}",
        rf"\b(?:argument|parameter|param|property|field) (?:named )?{_QUOTED}{_TYPES} (?:is |was )?required[, ]+but (?:it )?(?:was |is )?(?:not {_GIVEN}|missing)",
        rf"\brequired {_ROLE}:? {_QUOTED} (?:not|never) {_GIVEN}",
        rf"\b(?:member|property|field) {_QUOTED} (?:is )?missing\b",
        rf"^missing {_QUOTED_LIST}(?:$|[.!\n])",
        rf"{_START}{_BARE} is a required (?:field|property|parameter|argument|key|attribute|input)\b",
    ),
    *_wording(
        MISSING,
        rf"\bmissing(?: an?| the| its)?(?: required| mandatory) {_ROLE} {_BARE}(?:$|[.,;!\n]| in | for | of | on )",
        rf"{_START}(?:the )?(?:required )?(?:parameter |argument |field |property |param )?{_BARE}{_TYPES}(?: in (?:body|query|path))? (?:is|are|was) (?:a |an )?(?:required|mandatory)(?: (?:property|field|parameter|argument|key|value|input))?(?: and must be \w+)?(?:$|[.,;!\n)\]]| but | in | when | for | and )",
        rf"{_START}(?:the )?(?:required )?(?:parameter |argument |field |property |param )?{_BARE}{_TYPES} (?:is|are|was) (?:missing|not {_GIVEN})(?:$|[.,;!\n)\]]| but | in | or )",
        rf"{_START}(?:the )?(?:parameter |argument |field |property |param )?{_BARE} (?:must|should|has to|needs to) be (?:provided|specified|supplied|given|passed|present|set|included|defined)(?:$|[.,;!\n])",
        rf"\b(?:must|should|need to|please) (?:provide|specify|supply|include|pass|set) (?:an? |the |a value for )?{_BARE} (?:parameter|argument|field|property|param)\b",
        rf"\b(?:the|required) {_BARE} (?:parameter|argument|field|property|param|attribute) (?:is|was) (?:required|mandatory|missing|not {_GIVEN})\b",
        rf"\brequires (?:the |an? )?{_BARE} (?:parameter|argument|field|property|param)\b",
        rf"\bmissing (?:the |an? )?(?:required )?{_BARE} (?:parameter|argument|field|property|param)\b",
        mark=BARE,
    ),
    *_wording(
        MISSING,
        rf"\b(?:parameter|argument|field|property|param) {_BARE} (?:is|was|are) (?:a |an )?(?:required|mandatory|missing|absent|not {_GIVEN})\b",
        rf"\bmissing (?:the |an? )?(?:argument|parameter|param|field|property) {_BARE}(?:$|[.,;!\n])",
        rf"\bmissing_(?:required_)?(?:field|parameter|argument|param|property): {_BARE}(?:$|[.,;!\n])",
        rf"\b(?:you|agent|model|caller|call|request) (?:did not|didn't|does not|forgot to) (?:give|provide|supply|specify|send|include) (?:me |us )?(?:an? |the |any )?(?:value for )?(?:the )?(?:{_ROLE} )?{_ANY}(?:$|[.,;!\n])",
        mark=AFTER_ROLE,
    ),
    # Unexpected.
    *_wording(
        UNEXPECTED,
        rf"\b(?:parameter|argument|field|property|param) {_BARE} (?:is|was) (?:not|un) ?(?:allowed|permitted|recogni[sz]ed|known|expected|supported|defined|accepted)\b",
        rf"\b(?:does|do|did)(?: not|n't) (?:accept|take|have|support|recogni[sz]e|know|expect|allow|understand) (?:an? |the |any )?{_ROLE} (?:named|called) {_BARE}",
        rf"\b(?:has|there is|have) no (?:such )?{_ROLE} (?:named|called) {_BARE}",
        mark=AFTER_ROLE,
    ),
    *_wording(
        UNEXPECTED,
        rf"\binvalid key: expected never but received \"(?P<name>{_NAME})\"",
        rf"\bdata must not contain \{{(?P<names>{_ONE_QUOTED}(?:, ?{_ONE_QUOTED})*)\}} propert",
        rf"\b(?P<parent>data\.{_NAME}) must not contain \{{(?P<names>{_ONE_QUOTED}(?:, ?{_ONE_QUOTED})*)\}} propert",
        rf"\bwrong keys? (?P<names>{_ONE_QUOTED}(?:, ?{_ONE_QUOTED})*) in\b",
        rf"\barg(?:ument)? {_ANY} is not in the tool's args\b",
        rf"\bunexpected key {_QUOTED} found in\b",
        rf"\b(?:unknown|unexpected|unrecogni[sz]ed|unsupported|extra|undeclared|disallowed|extraneous|superfluous|unpermitted|undefined) {_ROLE}(?: in (?:the )?(?:object|request|body|input|call|query|payload))?(?: named| called| found| supplied| provided| given| passed)?(?: ?[:=] ?| ){_QUOTED_LIST}",
        rf"\b(?:unknown|unexpected|unrecogni[sz]ed|unsupported|extra|undeclared|disallowed|extraneous|superfluous|unpermitted) {_ROLE}(?: in (?:the )?(?:object|request|body|input|call|query|payload|[\w ]{{1,30}}))?(?: found| supplied| provided| given| passed)?(?: ?[:=] ?){_LIST}",
        rf"(?:\] |: |^)(?:unknown|unrecogni[sz]ed) (?:field|parameter|property) \[(?P<name>{_NAME})\]",
        rf"\bcontains (?:an )?(?:unrecogni[sz]ed|unknown|unexpected) {_ROLE}: \[(?P<name>{_NAME})\]",
        rf"\b(?:additional|unevaluated) ?propert(?:y|ies) (?:are |is )?not allowed \({_QUOTED_LIST} (?:was|were) unexpected\)",
        rf"\b(?:additional|unevaluated) ?propert(?:y|ies)(?: are| is)?(?: not allowed| not permitted)?:? ?\(?{_QUOTED_LIST}(?: (?:is|are) not (?:allowed|permitted))?",
        rf"\bis not allowed to have the additional property {_QUOTED}",
        rf"\b(?:got|received|with|has) (?:an? |some )?unexpected (?:keyword )?(?:arguments?|parameters?|properties|property|fields?|keys?|inputs?)(?:\(s\))?:? {_QUOTED_LIST}",
        rf"\b{_ROLE} {_QUOTED_LIST} (?:is|are|was|were) (?:not|un) ?(?:allowed|permitted|recogni[sz]ed|known|expected|supported|defined|declared|accepted)\b",
        rf"\bproperty {_QUOTED} should not exist\b",
        rf"\b(?:argument|parameter|field|property|input) {_ANY} is not (?:in|part of|defined in|declared in) the (?:tool(?:'s)? )?(?:input )?schema\b",
        rf"\bproperty {_BARE} should not exist\b",
        rf"{_QUOTED} (?:is|was) not allowed(?:$|[.\n]|, )",
        rf"{_QUOTED} is not a (?:valid|known|recogni[sz]ed|supported|defined) (?:argument|parameter|property|field|input|key|option|keyword)\b",
        rf"{_QUOTED} (?:was|is) (?:unexpected|an unknown (?:\w+ )?(?:field|parameter|argument|property|key)|an unexpected (?:\w+ )?(?:field|parameter|argument|property|key)|an unrecogni[sz]ed (?:field|parameter|argument|property|key))\b",
        rf"\b(?:does|do|did)(?: not|n't) (?:accept|take|have|support|recogni[sz]e|know|expect|allow|understand) (?:an? |the |any )?{_ROLE}(?: named| called)? {_QUOTED_LIST}",
        rf"\b(?:has|there is|have) no (?:such )?{_ROLE}(?: named| called)? {_QUOTED_LIST}",
        rf"\bunknown keywords?: :(?P<name>{_NAME})",
        rf"\b(?:no such option|unrecogni[sz]ed arguments|unknown option)s?: ?{_OPEN}?(?P<name>--[A-Za-z_][\w.\-]*)",
        rf"\bunrecogni[sz]ed field {_QUOTED} \(",
        rf"\bunknown name {_QUOTED}: cannot find field\b",
        rf"\bunknown name {_QUOTED} at '(?P<parent>{_NAME})': cannot find field\b",
        rf"\bunknown argument {_QUOTED} on field\b",
        rf"\bjson: unknown field {_QUOTED}",
        rf"\bfound unpermitted parameters?: :?(?P<name>{_NAME})",
        rf"\bextra (?:keys?|fields?|arguments?|parameters?) not (?:allowed|permitted)(?: ?[:@] ?| )(?:data)?\[?{_QUOTED}\]?",
        rf"\bcould not find member {_QUOTED} on object\b",
    ),
    *_wording(
        UNEXPECTED,
        rf"\b(?:unknown|unexpected|unrecogni[sz]ed|unsupported|extra|undeclared) (?:keyword |query |request |input )?(?:argument|parameter|param|field|property|input) {_BARE}(?:$|[.,;!\n]| in | for | on | passed | was )",
        mark=BARE,
    ),
    # Wrong type or value: what follows, or stands around, says which.
    *_wording(
        None,
        rf"\b(?P<rest>invalid \w+ passed to {_QUOTED} (?:argument|parameter)[^\n]{{0,120}})",
        rf"(?P<rest>\b(?:invalid|incorrect|wrong|bad|illegal|unsupported|unacceptable|unexpected) (?:data )?(?:type|format|value|\w{{2,10}} value|input)s?) (?:{_OPEN}[^'\"`\n]{{1,80}}{_CLOSE} |\S{{1,40}} )?(?:for|of|in|passed to|given for|supplied for|provided for|received for) (?:the )?(?:{_ROLE} )?{_QUOTED}",
        rf"(?P<rest>\b(?:invalid|incorrect|wrong|bad|illegal|unsupported|unacceptable) (?:data )?(?:type|format|value|\w{{2,10}} value)s?) (?:for|of|in) (?:the )?{_ROLE}:? {_BARE}(?:$|[.,;:!\n]|\s)",
        rf"(?P<rest>\b(?:invalid|incorrect|wrong|bad|illegal|unsupported) (?:data )?(?:type|format|value)s?) for {_BARE}(?:$|[.,;:!\n])",
        rf"\b{_ROLE} {_QUOTED}(?: value {_OPEN}[^'\"\n]{{0,120}}{_CLOSE})?{_TYPES}[ :]+(?P<follows>(?:must|should|has|have|is|was|are|does|did|cannot|can't|may|needs?|expects?|expected|type|value|invalid|failed|could|contains|exceeds|accepts)\b)",
        rf"\b{_ROLE} {_QUOTED}(?P<rest> ?\([^()\n]{{1,60}}\) is not [^\n]{{1,200}})",
        rf"{_QUOTED}(?: {_ROLE})?(?P<follows> (?:must|should|has to|needs? to|(?:cannot|can't) be (?:an? )?(?:empty|blank|null|negative|zero|less|greater|more|longer|shorter|before|after|in the)|may not|is not allowed to be|length must|may only|can only)\b)",
        rf"{_QUOTED}:? (?P<follows>(?:has (?:an? )?(?:invalid|wrong|bad|incorrect|non-\w+)|was of type|is of the wrong)\b)",
        rf"\bexpected (?:{_ROLE} )?{_QUOTED} (?P<follows>to (?:be|have|match)\b)",
        rf"\b(?:parameter|argument|field|property|param) {_BARE}{_TYPES} (?P<follows>(?:{_SHOULD}|type)\b)",
        rf"(?P<rest>\binvalid type for parameter) {_BARE}, value:",
        rf"(?P<rest>\binvalid (?:value|length) for parameter) {_BARE}, value:",
        rf"\bargument (?:-\w/)?(?P<name>--?{_NAME})(?:/--?[\w-]{{1,40}})?: (?P<rest>(?:invalid|expected|not allowed)[^\n]{{1,200}})",
        rf"\bargument {_BARE}: (?P<rest>(?:invalid|expected)[^\n]{{1,200}})",
        rf"\binvalid value for {_OPEN}?(?:-\w{_CLOSE}? / {_OPEN}?)?(?P<name>{_CLI}){_CLOSE}?(?: / {_OPEN}?-{{1,2}}[\w-]{{1,40}}{_CLOSE}?)?: (?P<rest>[^\n]+)",
        rf"\bthe json property {_OPEN}(?P<name>{_NAME}){_CLOSE} (?P<rest>[^\n]{{1,200}})",
        rf"\brequest/(?:body|query|params?)/(?P<name>{_NAME}) (?P<follows>(?:must|should)\b)",
        rf"\bfor (?:the )?(?:parameter|argument|field|property) {_QUOTED}[,:;]? (?P<follows>(?:expected|must|should|got|invalid)\b)",
        rf"(?P<rest>\binvalid enum value[^\n]{{0,200}}|\bexpected [^\n]{{1,120}}?(?:but|,) (?:got|received)[^\n]{{1,80}}?) (?:for|at|in) (?:the )?(?:{_ROLE} )?(?:path )?{_QUOTED}",
    ),
    *_wording(None, rf"{_START}(?:the )?(?:parameter |argument |field |property |param |value of |value for )?{_BARE}(?: value| length)?(?: in (?:body|query|path))?:? (?P<follows>(?:{_SHOULD})\b)", mark=BARE),
    *_wording(None, rf"\binvalid {_BARE}: (?P<follows>(?:must|should|expected|needs?|has to|one of|allowed|valid)\b)", mark=BARE),
    *_wording(
        BLANK,
        rf"\b(?:you )?passed an empty (?:string|value|list|array) (?:for|to|in) {_QUOTED}",
    ),
    *_wording(
        None,
        rf"{_QUOTED} (?P<follows>(?:is (?:not )?(?:an? )?(?:valid|invalid|of type|too|less|greater|out of|one of)|contains|does not|fails to|failed|exceeds|expected|cannot|can't)\b)",
        rf"\binvalid {_BARE}: (?P<follows>(?:not|cannot|value|got|unknown|unsupported|is|only)\b)",
        mark=NEEDS_SENT,
    ),
    *_wording(
        WRONG_TYPE,
        rf"\bfailed to (?:parse|convert|coerce|decode) (?:the )?(?:value (?:of|for) )?(?:parameter|argument|field|property) {_QUOTED}",
        rf"\b(?:parameter|argument) {_QUOTED} has (?:the )?(?:wrong|incorrect|an? invalid) type\b",
        rf"\btype mismatch (?:for|in|at|on) (?:the )?(?:{_ROLE} )?{_QUOTED}",
    ),
    *_wording(
        WRONG_VALUE,
        rf"\binvalid (?:argument|parameter|param|field|property|input)(?: value)?(?: ?[:=] ?| ){_QUOTED}(?:$|[.,;!\n]| in | for )",
        rf"\b(?:value|values) (?:of|for) (?:the )?(?:{_ROLE} )?{_QUOTED} (?:is|was|are) (?:invalid|not (?:valid|allowed|supported|accepted|permitted)|out of range|too \w+)",
    ),
    # Other languages.
    *_wording(
        MISSING,
        rf"\b(?:parameter|argument|feld|pflichtfeld|eigenschaft|pflichtparameter|wert für) (?:{_OPEN})(?P<name>{_NAME})(?:{_CLOSE}) (?:fehlt|ist erforderlich|ist ein pflichtfeld|wird benötigt|ist zwingend|wurde nicht angegeben|muss angegeben werden|ist pflicht)",
        rf"\b(?:fehlende[rs]?|erforderliche[rs]?|benötigte[rs]?) (?:pflicht)?(?:parameter|argument|feld)s?(?: fehlt)?:? ?{_ANY}(?:$|[.,;!\n]| fehlt)",
        rf"\bes fehlt (?:das|der|die) (?:pflicht)?(?:feld|parameter|argument|angabe):? ?{_ANY}",
        rf"\b(?:pflichtfeld|pflichtparameter|pflichtangabe|erforderliche[rs] feld) (?:fehlt|nicht ausgefüllt):? {_ANY}",
        rf"{_QUOTED} (?:fehlt|ist ein pflichtfeld|ist erforderlich|wird benötigt|darf nicht fehlen)\b",
        rf"\b(?:paramètre|champ|argument)s? (?:obligatoire |requis )?{_ANY} (?:est )?(?:manquant|requis|obligatoire|absent|non fourni|n'a pas été fourni)",
        rf"\b(?:paramètre|champ|argument)s? (?:obligatoire |requis )?(?:manquant|absent)e?s?(?: ?: ?| ){_ANY}",
        rf"\bil manque (?:le|la|l'|un) ?(?:paramètre|champ|argument)(?: obligatoire| requis)?(?: ?: ?| ){_ANY}",
        rf"\bfalta(?:n)? (?:el |un |los |o )?(?:parámetro|campo|argumento|parâmetro)(?: obligatorio| requerido| obrigatório)?(?: ?: ?| ){_ANY}",
        rf"\b(?:el |o )?(?:parámetro|campo|argumento|parâmetro) (?:obligatorio |requerido |obrigatório )?{_ANY} (?:es |é |está )?(?:obligatorio|requerido|obrigatório|necess?ario|necessário|falta|ausente|não foi (?:informado|fornecido)|no fue proporcionado)",
        rf"\b(?:parámetro|campo|argumento|parâmetro)s? (?:obligatorio |requerido |obrigatório )?(?:faltante|ausente|requerido|obrigatório|obligatorio)s?(?: não informado| no proporcionado| ausente| faltante)?(?: ?: ?| ){_ANY}",
        rf"(?:не указан|отсутствует|не задан|не передан|требуется|пропущен)[аоы]? (?:обязательн\p{{L}}+ )?(?:параметр|поле|аргумент):? {_ANY}",
        rf"(?:параметр|поле|аргумент) {_ANY} (?:обязател|отсутству|не указан|не задан|не передан)",
        rf"\b(?:manca|mancante)(?: il)? (?:parametro|campo|argomento)(?: obbligatorio)?:? {_ANY}",
        rf"\b(?:parametro|campo|argomento) (?:obbligatorio )?{_ANY} (?:è )?(?:obbligatorio|mancante|richiesto)",
        rf"\b(?:verplicht veld|verplichte parameter|veld|parameter) {_ANY} (?:ontbreekt|is verplicht)",
        rf"\b(?:brakuje|brak) (?:wymaganego )?(?:parametru|pola|argumentu):? {_ANY}",
        rf"(?:缺少|缺失|未提供)(?:必[填要需选])?(?:的)?(?:请求)?(?:参数|字段|属性)?(?:为|是)?[:：]? ?(?:{_OPEN})?(?P<name>[A-Za-z_][\w.]{{0,60}})",
        r"(?:参数|字段)? ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})['\"”」`]? ?(?:参数|字段)?(?:不能为空|是必填|为必填|必填|缺失|不可为空|是必需|未提供)",
        r"(?:必須)?(?:パラメータ|パラメーター|引数|項目|フィールド)? ?['\"「『`](?P<name>[A-Za-z_][\w.]{0,60})['\"」』`] ?(?:は|が)(?:必須|指定されていません|不足|必要|ありません|入力されていません|見つかりません)",
        r"必須(?:の)?(?:パラメータ|パラメーター|引数|項目|フィールド)(?:が(?:不足|ありません|指定されていません)[^:：\n]{0,20})?[:：] ?['\"「『`]?(?P<name>[A-Za-z_][\w.]{0,60})",
        r"(?:パラメータ|パラメーター|引数|項目|フィールド) ?(?P<name>[A-Za-z_][\w.]{0,60}) ?(?:は|が)(?:必須|指定されていません|不足|必要)",
    ),
    *_wording(
        UNEXPECTED,
        rf"\b(?:unbekannte[rs]?|unerwartete[rs]?|nicht erlaubte[rs]?) (?:parameter|argument|feld)s?:? ?{_ANY}",
        rf"\b(?:paramètre|champ|argument) (?:inconnu|inattendu|non reconnu|non autorisé)(?: ?: ?| ){_ANY}",
        rf"\b(?:parámetro|campo|argumento|parâmetro) (?:desconocido|inesperado|desconhecido|no permitido|não permitido|no reconocido)(?: ?: ?| ){_ANY}",
        r"(?:未知|不支持|多余|无法识别)的?(?:参数|字段|属性)[:：]? ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})",
        r"(?:不明な|未知の|予期しない)(?:パラメータ|パラメーター|引数|項目|フィールド)(?:です)?[:：]? ?['\"「『`]?(?P<name>[A-Za-z_][\w.]{0,60})",
    ),
    *_wording(
        WRONG_VALUE,
        rf"\b(?:ungültige[rs]?|unzulässige[rs]?) (?:wert|angabe) für (?:den |das |die )?(?:parameter |feld |argument )?{_ANY}",
        rf"\bvaleur (?:invalide|non valide|incorrecte) (?:pour|de) (?:le |la |l')?(?:paramètre |champ |argument )?{_ANY}",
        rf"\b(?:el |o )?valor de (?:el |o )?(?:parámetro |campo |argumento |parâmetro )?{_ANY} (?:no es válido|não é válido|es inválido|é inválido)",
        rf"\bla valeur (?:de|du) (?:paramètre |champ |argument )?{_ANY} (?:n'est pas valide|est invalide)",
        rf"\bder wert (?:von|für|des) (?:parameters? |feldes |feld |arguments? )?{_ANY} ist (?:ungültig|nicht erlaubt|nicht zulässig)",
        rf"(?:недопустимое|неверное|некорректное) значение (?:параметра|поля|аргумента|для) {_ANY}",
        rf"\bvalore non valido per (?:il )?(?:parametro |campo |argomento )?{_ANY}",
        rf"\bvalor (?:inválido|no válido|incorrecto) (?:para|de|en) (?:el |o )?(?:parámetro |campo |argumento |parâmetro )?{_ANY}",
        r"(?:参数|字段) ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})['\"”」`]? ?(?:的值|取值)? ?(?:无效|不合法|非法|取值错误|不正确)",
        r"(?:パラメータ|パラメーター|引数|項目|フィールド)? ?['\"「『`](?P<name>[A-Za-z_][\w.]{0,60})['\"」』`] ?の値が(?:不正|無効|正しくありません)",
    ),
    *_wording(
        WRONG_TYPE,
        rf"\b(?:parameter|feld|argument) (?:{_OPEN})(?P<name>{_NAME})(?:{_CLOSE}) (?:muss (?:eine?|vom typ) (?:ganz)?(?:zahl|zeichenkette|string|integer|liste|boolean|array|objekt)|hat den falschen typ)",
        rf"\b(?:le |el |o |la )?(?:paramètre|champ|argument|parámetro|campo|argumento|parâmetro) {_ANY} (?:doit être|debe ser|deve ser) (?:de type |de tipo |do tipo )?(?:une? |un |uma? )?(?:nombre entier|entier|nombre|chaîne|liste|tableau|booléen|número|entero|cadena|lista|booleano|inteiro|texto|string|integer|array|number|boolean)",
        r"(?:参数|字段) ?['\"“「`]?(?P<name>[A-Za-z_][\w.]{0,60})['\"”」`]? ?(?:的)?(?:类型错误|类型不正确|必须(?:是|为)(?:整数|字符串|数字|数组|布尔))",
    ),
)
_NAME_AND_PREDICATE: Final = compiled(
    rf"(?P<name>{_NAME})(?:{_CLOSE})?(?: \([^()\n]{{1,40}}\))?(?:: | - |\n\s{{1,8}}| => )"
)
# What may follow a name and a colon: a predicate without a subject.
_PREDICATE: Final = compiled(
    r"^(?:\S{1,40}error: )?(?:"
    r"(?:this |the )?(?:field |value |property |parameter |argument )?(?:is |was )?(?:an? )?(?:required|missing|mandatory)(?: (?:value|field|property|argument|parameter|keyword-only argument|positional argument))*\s*(?:$|[.;,!\[(])"
    r"|(?:field|property|value|argument) required|missing required (?:argument|keyword only argument|positional argument|value|field)(?: \[|\s*$)|missing data for|missing$|none is not an allowed|input should|extra (?:inputs?|fields?) not|extra inputs are|unexpected (?:keyword|positional)? ?argument(?: \[|\s*$)|unknown field\.?(?: |$)|unexpected (?:field|property|key)\s*\.?$"
    r"|must (?:not )?(?:be|have|contain|match|start|end)\b|should (?:not )?(?:be|have|contain|match)\b|(?:does|did) not match|is (?:not|too|invalid|an? invalid|less|greater)\b|not (?:a|an|of|one)\b|cannot be\b|can't be\b|can not be\b|may not be\b|"
    r"\w+ found, \w+ expected|is missing but it is required|expected\b|invalid (?:value|type|input|enum|string|choice|format|url|email|date|uuid|literal|option)\b|required value\b|unsupported value\b|too (?:long|many|short|small|big)\b|value (?:length )?(?:\S{1,40} )?(?:is not|must|should|error|could|did|exceeds|is)|-?\d[\d.]* is (?:greater|less|not|too|longer|shorter|above|below|more)\b|ensure this|string (?:should|does|must)|(?:str|int|float|bool) (?:type )?expected|"
    r"unable to parse|incorrect type|wrong type|a valid \w+ is required|not a valid|number must|array must|shorter than|longer than|date has wrong|datetime has wrong|enter a valid|select a valid|unknown parameter|unrecogni[sz]ed (?:key|field|parameter)\s*\.?$|additional propert(?:y|ies) (?:is|are) not allowed|got (?:an? )?\w+, (?:expected|want)|want \w+"
    r")"
)
_ALTERNATIVES: Final = compiled(r"\b(?:either|one of|at least one|exactly one|any of|one or more of)\b[^\n.]{0,60}$")
_OR_ANOTHER: Final = compiled(r"^ ?(?:(?:or|oder|ou|o|and/or) ['\"`\w]|[|/] ?['\"`\w])")
# The name of what a schema asks for, or refuses, comes after these.
_OF_ANOTHER: Final = compiled(
    r"^ ?(?:missing|wrong|unknown) (?:key|field|property)|^ ?(?:must|should|does|did|do|is|was)(?: not|n't)? (?:have|contain|include|allowed to have|missing|support) (?:the |an? |any )?"
    r"(?:required|additional|unevaluated|property|properties|unknown|extra|field|parameter|argument)"
)
_CALLED_FUNCTION: Final = compiled(
    r"(?P<name>[\w.<>]{1,120})\(\) (?:(?:missing \d+ required (?:positional|keyword-only) arguments?: (?P<missing>[^\n]+))|(?:got an unexpected keyword argument '(?P<extra>[^'\n]{1,80})')"
    r"|(?:got multiple values for (?:keyword )?argument '(?P<twice>[^'\n]{1,80})')|(?:got some positional-only arguments passed as keyword arguments: '(?P<positional>[^'\n]{1,80})'))"
)
_GOT_UNEXPECTED: Final = compiled(rf"(?:^|[^)] )\bgot an unexpected keyword argument:? ['\"]?(?P<name>{_NAME})['\"]?")
_MISSING_POSITIONAL: Final = compiled(
    r"(?:^|[^)] )\bmissing (?:a|\d+) required (?:positional |keyword-only )?arguments?: (?P<missing>[^\n]+)"
)
_HUMAN_FIELD: Final = compiled(
    r"\bthe (?P<name>[A-Za-z][\w.\- ]*?) field (?P<rest>(?:is required|must|may not|may only|should|has|cannot|is prohibited|does not|contains|is not|format)\b[^\n]{0,200})"
)
_SELECTED: Final = compiled(r"\bthe selected (?P<name>[A-Za-z][\w.\- ]*?) is invalid\b(?P<rest>)")
_FULL_MESSAGES: Final = compiled(
    r"(?:validation failed: |, |^)(?P<name>[A-Z][\w ]*?) (?P<rest>(?:can[’']t be blank|must exist|is too (?:short|long)|is not a number|is invalid|is not included in the list|must be (?:greater|less|an integer|equal|in|odd|even)|has already been taken)\b[^\n,]{0,80})"
)


def claims_in(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what the sentences of a text say of arguments."""
    yield from _json_schema(text)
    yield from _typed_lines(text, tool_name)
    text = _without_typed_lines(text)
    yield from _function_calls(text, tool_name)
    # Whether a function is the tool is known there only.
    for call in _CALLED_FUNCTION.finditer(text):
        text = f"{text[: call.start()]}{BLANK_CHAR * (call.end() - call.start())}{text[call.end() :]}"
    for wording in _WORDINGS:
        for match in wording.pattern.finditer(text):
            yield from _claims(wording, match, text)
    yield from _predicates(text, tool_name)
    yield from _human(text)


def _group(match: Any, name: str) -> tuple[str, int] | None:
    """Return what a named group matched and where; None if the wording has no such group, or it matched nothing."""
    number = match.re.groupindex.get(name)
    if number is None or match.group(number) is None:
        return None
    return match.group(number), match.start(number)


def _claims(wording: _Wording, match: Any, text: str) -> Iterator[Claim]:
    saying = wording.saying
    code = _group(match, "code")
    if code:
        saying = saying_of_code(code[0]) or WRONG_VALUE
    elif saying is None:
        told = _told(match, text)
        saying = None if _OF_ANOTHER.search(told) else saying_of(told)
    if saying is None:
        return
    found = _group(match, "names") or _group(match, "name")
    if not found or _excluded(text, found[1], found[1] + len(found[0]), saying):
        return
    parent = _group(match, "parent")
    above = parse_path(parent[0]) or () if parent else ()
    if above[:1] in (("headers",), ("header",), ("cookies",)):
        return
    items = _items(*found) if "names" in match.re.groupindex else [(found[0].lstrip("-"), found[1] + len(found[0]) - len(found[0].lstrip("-")))]
    for written, start in items:
        if written.lower() in NOUNS and text[max(0, start - 8) : start].lower() == "invalid ":
            break
        mark = _mark(wording, match, text, start, written)
        # An option of a command line is an argument whose name takes underscores.
        is_option = text[max(0, start - 2) : start] == "--"
        claim = _claim(written, start, saying, mark=mark, above=above, is_option=is_option, needs_sent=wording.mark == NEEDS_SENT, of_prose=saying.kind != "missing" and wording.mark == BARE and _is_prose(match, text, start))
        if claim is None:
            break
        yield claim


def _told(match: Any, text: str) -> str:
    """Return what a wording says of the name: what it caught, what follows it in the sentence, or all around it."""
    if follows := _group(match, "follows"):
        rest = text[follows[1] : follows[1] + MAX_PREDICATE].split("\n", 1)[0]
        return rest.split("; ", 1)[0].split(". ", 1)[0]
    found = _group(match, "rest")
    if not found or not found[0]:
        return text[match.start() : match.end() + MAX_PREDICATE]
    # What is said before a name may be told more closely after it.
    named = _group(match, "name")
    after = text[named[1] + len(named[0]) :][:MAX_PREDICATE].split("\n", 1)[0] if named else ""
    return f"{found[0]} {after}" if named and named[1] > found[1] else found[0]


def _mark(wording: _Wording, match: Any, text: str, start: int, written: str) -> int:
    """Return what shows that a word is a name: quotes or its form, a colon or its place, or nothing."""
    before = text[max(0, start - 2) : start].lstrip("-")
    end = start + len(written)
    if (before[-1:] in _QUOTES and text[end : end + 1] in _CLOSING) or (before[-1:] == "-" and wording.mark >= COLON):
        return QUOTED
    if not _is_plain(written):
        return COLON if wording.mark >= COLON or not written[0].isupper() else BARE
    return wording.mark


def _is_prose(match: Any, text: str, start: int) -> bool:
    """Return whether a sentence may be about a thing rather than an argument: "the party must have 8 guests"."""
    if text[max(0, start - 4) : start].lower() == "the ":
        return True
    follows = _group(match, "follows")
    return follows is not None and not follows[0].strip().lower().startswith(("must", "should", "has to", "need", "expect"))


def _is_plain(written: str) -> bool:
    """Return whether a name could be a word of a sentence."""
    return written.isalpha() and (written.islower() or written.istitle() or written.isupper())


def _items(written: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the names in a list as it is written, each with its place."""
    at = 0
    skip = " ,&、\\'\"`“”‘’«»「」『』„"
    while at < len(written):
        while at < len(written) and written[at] in skip:
            at += 1
        begin = at
        while at < len(written) and written[at] not in skip:
            at += 1
        word = written[begin:at]
        if word and word.lower() not in ("and", "und", "et", "y", "e"):
            trimmed = word.rstrip(".:;")
            name = trimmed.lstrip("-")
            yield name, start + begin + len(word) - len(word.lstrip("-"))


def _claim(
    written: str,
    start: int,
    saying: Saying,
    *,
    mark: int,
    above: Path = (),
    needs_sent: bool = False,
    is_option: bool = False,
    of_prose: bool = False,
) -> Claim | None:
    written = written.rstrip(".:;/")
    written = written if written.count("[") == written.count("]") else written.rstrip("]")
    path = parse_path(written.replace("-", "_") if is_option else written)
    word = written.lower()
    if path is None or word in IS_NO_ARGUMENT or (written[0] == "$" and written[1:2].isalpha()):
        return None
    if mark < QUOTED and (word in FUNCTION_WORDS or _names_a_class(written)):
        return None
    # "RequestBody is required": a usual word, or one with a capital, may be of the sentence.
    is_thing = mark == BARE and (written[0].isupper() or (saying.kind == "missing" and word in THINGS))
    is_usual = mark < COLON and (word in NOUNS or is_thing)
    return Claim(
        (*above, *path),
        saying,
        start,
        start + len(written),
        certainty=0 if is_usual else 1,
        needs_sent=needs_sent or is_usual or (of_prose and mark < QUOTED),
    )


def _names_a_class(written: str) -> bool:
    return written.endswith(("Error", "Exception", "Failure", "Warning", "Fault"))


def _excluded(text: str, start: int, end: int, saying: Saying) -> bool:
    """Return whether what stands around a name says that it is no argument, or one of several that would do."""
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 60) : start].lower()
    after = text[end : end + 40].lower().split("\n", 1)[0]
    # The quote of the name belongs to it.
    after_name = after.lstrip("'\"`”’»」』\\")
    if saying.kind == "missing" and (_ALTERNATIVES.search(before) or _OR_ANOTHER.search(after_name)):
        return True
    return NOT_BEFORE.search(before) is not None or NOT_AFTER.search(after_name) is not None


def _predicates(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what is said as `name: predicate`, or with the predicate on the next line."""
    for match in _NAME_AND_PREDICATE.finditer(text):
        name = _group(match, "name")
        rest = text[match.end() : match.end() + MAX_PREDICATE].split("\n", 1)[0].strip()
        if not name or not _begins_there(text, name[1]) or not _PREDICATE.search(rest):
            continue
        saying = saying_of(rest)
        if saying is None or normal(name[0]) == normal(tool_name):
            continue
        model = _model_before(text, name[1])
        if (model and not _is_of_the_call(model)) or _excluded(text, name[1], name[1] + len(name[0]), saying):
            continue
        written = name[0]
        if written.endswith("]") and (code := written[written.rfind("[") + 1 : -1]).isupper():
            written = written[: -len(code) - 2]
        if claim := _claim(written, name[1], saying, mark=QUOTED if model else COLON):
            yield claim


def _begins_there(text: str, start: int) -> bool:
    """Return whether a clause begins at a place of a text."""
    before = text[max(0, start - 4) : start].rstrip("\\'\"`“‘«「『„")
    line = before.rsplit("\n", 1)[-1]
    if line.strip(" -*•") == "" and ("\n" in before or len(before) == start):
        return True
    return before.endswith((":", ";", ">", "(", "[", "✖", "•", ": ", "; ", ", ", ". ", "! ", "> ", "✖ ", "• "))


_SCHEMA_PATH: Final = r"(?:\[(?:'[^'\n]*'|\d+)\])*"
_FAILED_VALIDATING: Final = compiled(
    rf"(?P<told>[^\n]+)\n+failed validating ['\"](?P<code>\w+)['\"] in (?:schema|\w+)(?P<schema>{_SCHEMA_PATH})"
)
_ON_INSTANCE: Final = compiled(rf"\non \w+(?P<path>{_SCHEMA_PATH}):")
_FIRST_QUOTED: Final = compiled(rf"(?:^|\(| ){_QUOTED_LIST} (?:is a required|was unexpected|were unexpected)")


def _json_schema(text: str) -> Iterator[Claim]:
    """Yield what Python's jsonschema says: the words, then where they hold, in the schema and in what was sent."""
    for match in _FAILED_VALIDATING.finditer(text):
        saying = saying_of_code(match.group(2))
        instance = _ON_INSTANCE.search(text[match.end() : match.end() + MAX_INSTANCE])
        path = _path_of(instance.group(1)) if instance else _properties(_path_of(match.group(3)))
        named = _FIRST_QUOTED.search(match.group(1))
        if named and saying and (found := _group(named, "names")):
            for written, at in _items(*found):
                start = match.start(1) + at
                yield Claim((*path, written), saying, start, start + len(written))
        elif saying and path and not path[-1].isdecimal() and saying.kind in ("wrong_type", "wrong_value"):
            start = text.find(f"'{path[-1]}'", match.end(1)) + 1
            yield Claim(path, saying, start, start + len(path[-1]))


def _path_of(written: str) -> Path:
    return tuple(part.strip("'") for part in written.strip("[]").split("][") if part)


def _properties(path: Path) -> Path:
    """Return the properties on a path in a schema, as far as it goes through nothing else."""
    names: list[str] = []
    at = 0
    while at + 1 < len(path) and path[at] == "properties":
        names.append(path[at + 1])
        at += 2
    return tuple(names) if at == len(path) else ()


_TYPED: Final = compiled(r"[\[(]type=(?P<code>[\w.]+)")


def _typed_lines(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what pydantic says: a line with a path, below it a message that ends with its type."""
    lines = text.splitlines(keepends=True)
    place = 0
    for line, below in zip(lines, lines[1:], strict=False):
        start, place = place, place + len(line)
        typed = _TYPED.search(below) if below[:1].isspace() else None
        name = line.strip()
        if typed is None or not name or "type=" in line:
            continue
        saying = saying_of_code(typed.group(1)) or saying_of(below[: typed.start()])
        model = _model_before(text, start)
        path = clean_path(without_tags(_parts(name)))
        if saying is None or path is None or (model and not _is_of_the_call(model)) or path == (tool_name,):
            continue
        start += line.index(name)
        yield Claim(path, saying, start, start + len(name))


def _parts(name: str) -> list[str]:
    """Return the parts of a path as pydantic prints it; a part may hold points in brackets: `items.list[a.B].0`."""
    parts, depth, begin = [], 0, 0
    name = name.replace(" -> ", ".")
    for at, char in enumerate(name):
        depth += (char in "[(") - (char in "])")
        if char == "." and depth == 0:
            parts.append(name[begin:at])
            begin = at + 1
    return [part for part in (*parts, name[begin:]) if part]


def _without_typed_lines(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(BLANK_CHAR * (len(line) - 1) + "\n" if _TYPED.search(line) and line[:1].isspace() else line for line in lines)


_MODEL: Final = compiled(r"\bvalidation errors? (?:detected )?(?:for|in) (?P<name>[\w.\[\]-]{1,120})")
_NO_CALL: Final = ("settings", "config", "configuration", "response", "output", "result", "answer", "completion", "env")


def _model_before(text: str, place: int) -> str | None:
    """Return the model that pydantic names above its errors."""
    found = None
    for match in _MODEL.finditer(text[:place]):
        found = _group(match, "name")
    return found[0] if found else None


def _is_of_the_call(model: str) -> bool:
    """Return whether a model is of what was sent: not of settings, nor of what a model wrote."""
    return not normal(model).endswith(_NO_CALL)


_RUNS_TOOLS: Final = frozenset(
    "run run_ arun call acall invoke ainvoke forward execute func function fn wrapper handler lambda main tool inner".split()
)


def _function_calls(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what Python says of the call of a function that may be the tool."""
    for match in _CALLED_FUNCTION.finditer(text):
        function = _group(match, "name")
        is_tool = function is not None and _may_be_the_tool(function[0], tool_name)
        for group, saying in (("missing", MISSING), ("extra", UNEXPECTED), ("twice", UNEXPECTED), ("positional", WRONG_TYPE)):
            if found := _group(match, group):
                if not is_tool and saying is not UNEXPECTED:
                    continue
                if group in ("twice", "positional"):
                    continue
                yield from _called_with(found, saying, needs_sent=not is_tool)
    for match in _GOT_UNEXPECTED.finditer(text):
        if (found := _group(match, "name")) and (claim := _claim(*found, UNEXPECTED, mark=QUOTED)):
            yield claim
    for match in _MISSING_POSITIONAL.finditer(text):
        if found := _group(match, "missing"):
            yield from _called_with(found, MISSING, needs_sent=False)


def _called_with(found: tuple[str, int], saying: Saying, *, needs_sent: bool) -> Iterator[Claim]:
    quoted = "'" in found[0]
    for written, start in _items(*found):
        if quoted and found[0][start - found[1] - 1 : start - found[1]] not in ("'", ""):
            break
        if claim := _claim(written, start, saying, mark=QUOTED, needs_sent=needs_sent):
            yield claim


def _may_be_the_tool(function: str, tool_name: str) -> bool:
    *_, last = function.rsplit(".", 1)
    name, tool = normal(last), normal(tool_name)
    if name == "init":
        owner = normal(function.split(".")[-2]) if "." in function else ""
        return bool(tool) and owner.startswith(tool)
    if name in _RUNS_TOOLS or last.startswith("<"):
        return True
    return bool(tool) and bool(name) and (name in tool or tool in name)


def _human(text: str) -> Iterator[Claim]:
    """Yield what is said of fields whose names are written as words: `the customer id field is required`."""
    for pattern in (_HUMAN_FIELD, _SELECTED, _FULL_MESSAGES):
        for match in pattern.finditer(text):
            name, rest = _group(match, "name"), _group(match, "rest")
            saying = (saying_of(rest[0]) if rest and rest[0] else None) or (WRONG_VALUE if rest else None)
            if not name or saying is None or len(name[0].split()) > 4:
                continue
            words = name[0].split()
            if any(word.lower() in FUNCTION_WORDS for word in words):
                continue
            if _excluded(text, name[1], name[1] + len(name[0]), saying):
                continue
            written = "_".join(words)
            if pattern is _FULL_MESSAGES or len(words) > 1:
                written = written.lower()
            if path := parse_path(written):
                yield Claim(path, saying, name[1], name[1] + len(name[0]))
