"""Wordings that say that an argument is missing, or is not known."""

from typing import Final

from rca_core.analysis.read.roles.sayings import MISSING, UNEXPECTED
from rca_core.analysis.read.roles.wording import (
    AFTER_ROLE,
    ANY,
    BARE,
    GIVEN,
    LIST,
    NAME,
    ONE_QUOTED,
    OPEN,
    QUOTED,
    QUOTED_LIST,
    ROLE,
    START,
    TYPES,
    UNMARKED,
    Wording,
    wording,
)

ABSENT: Final[tuple[Wording, ...]] = (
    # Missing.
    *wording(
        MISSING,
        rf"\bvalue null at '(?P<name>{NAME})' failed to satisfy constraint: member must not be null",
        rf"\binvalid key: expected \"(?P<name>{NAME})\" but received undefined",
        rf"\bdata must contain \[(?P<names>{ONE_QUOTED}(?:, ?{ONE_QUOTED})*)\] propert",
        rf"\b(?P<parent>data\.{NAME}) must contain \[(?P<names>{ONE_QUOTED}(?:, ?{ONE_QUOTED})*)\] propert",
        rf"\bmandatory input parameters? (?:is|are) not present:\n(?P<name>{NAME})",
        rf"\bmust contain the parameter {ANY}",
        rf"\bmissing key: {QUOTED}",
        rf"\b(?:missing|lacks|without|absent|forgot)(?: an?| the| its| one| \d+| following| one or more"
        rf"| these){{0,3}}(?: required| mandatory| needed)? {ROLE}(?: named| called| value| for [^:\n]{{1,60}}"
        rf"| in (?:the )?(?:request|body|query|input|call|payload|object|arguments)(?: body)?)?(?: ?[:=] ?"
        rf"| )(?:are |is )?{QUOTED_LIST}",
        rf"\b(?:missing|lacks|without|absent)(?: an?| the| its| one| \d+| following| one or more"
        rf"| these){{0,3}}(?: required| mandatory| needed)? {ROLE}(?: for [\w ]{{1,40}}| in (?:request|body"
        rf"|query|input))?(?: ?[:=] ?){LIST}",
        rf"\bmissing (?:an? |the )?(?:required |mandatory )(?:peer|keys?|values? for|property|parameters?"
        rf"|fields?) {QUOTED_LIST}",
        rf"\b(?:did not have|does not have|do not have|doesn't have|must have|should have|without) (?:the "
        rf"|all )?(?:its )?required {ROLE}:? {LIST}",
        rf"\b(?:required|mandatory) {ROLE} {QUOTED_LIST}{TYPES}[^\n.;]{{0,80}}?\b(?:missing|not {GIVEN}|absent"
        rf"|omitted|undefined|was null|is null|no value)\b",
        rf"\brequired {ROLE} (?:is |are |was )?(?:missing|not {GIVEN}|absent)(?: or invalid| or empty)?:? {LIST}",
        rf"\b{ROLE} {QUOTED_LIST}{TYPES} (?:is|are|was|were) (?:a |an )?(?:required|mandatory|missing|absent"
        rf"|omitted|not {GIVEN}|undefined|never {GIVEN})\b",
        rf"{QUOTED}(?: {ROLE})?{TYPES} (?:is|was) (?:a |an )?(?:required|mandatory)(?: (?:property|field"
        rf"|parameter|argument|key|value|attribute|input|option))?\b",
        rf"{QUOTED}(?: {ROLE})?{TYPES} (?:is|was|are|were) (?:missing|absent|omitted|not {GIVEN}|never {GIVEN})\b",
        rf"{QUOTED}(?: {ROLE})? (?:must|should|has to|needs to|have to) be (?:{GIVEN}|defined)\b",
        rf"{QUOTED}(?: {ROLE})? (?:cannot|can't|may not|must not) be (?:omitted|missing|undefined|left out)\b",
        rf"\b(?:requires?|must have|must include|must contain|must specify|must provide|needs|should have"
        rf"|please provide|please specify|please supply|please include|provide|specify|you must pass|must pass"
        rf"|must supply|must set) (?:an? |the |a value for |values for )?(?:required )?{ROLE}:? {QUOTED_LIST}",
        rf"\b(?:you )?(?:must|should|need to|please) (?:provide|specify|supply|include|pass|set|give"
        rf"|send) (?:an? |the |a value for |values for )?(?:valid )?{QUOTED_LIST}(?: {ROLE}\b|$|[.!,;\n]| in "
        rf"| when | for | to )",
        rf"\b(?:no|undefined|missing) values? (?:was |were )?(?:{GIVEN} )?(?:for|in) (?:the )?(?:required "
        rf"|mandatory )?(?:{ROLE} )?{QUOTED}",
        rf"\b(?:no|undefined|missing) values? (?:was |were )?(?:{GIVEN} )?for (?:the )?(?:required "
        rf"|mandatory )?{ROLE} {BARE}(?:$|[.,;\s])",
        rf"\bthe following {ROLE} (?:are|is) (?:required|missing|mandatory)(?: but (?:missing|not {GIVEN}))?:? {LIST}",
        rf"\bmissing (?:option|argument|parameter)s? {QUOTED}(?: / '[^'\n]{{1,40}}')*",
        rf"\bmissing keywords?: :(?P<name>{NAME})",
        rf"\bmissing (?:required )?(?:\w+ )?:? ?{QUOTED_LIST} (?:argument|parameter|field|property|param|key"
        rf"|input)s?\b",
        rf"\bparam is missing or the value is empty(?: or invalid)?: (?P<name>{NAME})",
        rf"\bneither {QUOTED} was {GIVEN}\b",
        rf"\brequired {ROLE} not {GIVEN}: {LIST}",
        rf"\brequired (?:value|property|attribute|parameter|field): {LIST}",
        rf"\b(?:argument|parameter|param|property|field) (?:named )?{QUOTED}{TYPES} (?:is "
        rf"|was )?required[, ]+but (?:it )?(?:was |is )?(?:not {GIVEN}|missing)",
        rf"\brequired {ROLE}:? {QUOTED} (?:not|never) {GIVEN}",
        rf"\b(?:member|property|field) {QUOTED} (?:is )?missing\b",
        rf"^missing {QUOTED_LIST}(?:$|[.!\n])",
        rf"{START}{BARE} is a required (?:field|property|parameter|argument|key|attribute|input)\b",
    ),
    *wording(
        MISSING,
        rf"\bmissing(?: an?| the| its)?(?: required| mandatory) {ROLE} {BARE}(?:$|[.,;!\n]| in | for | of | on )",
        rf"{START}(?:the )?(?:required )?(?:parameter |argument |field |property "
        rf"|param )?{BARE}{TYPES}(?: in (?:body|query|path))? (?:is|are|was) (?:a |an )?(?:required"
        rf"|mandatory)(?: (?:property|field|parameter|argument|key|value|input))?(?: and must be \w+)?(?:$"
        rf"|[.,;!\n)\]]| but | in | when | for | and )",
        rf"{START}(?:the )?(?:required )?(?:parameter |argument |field |property |param )?{BARE}{TYPES} (?:is"
        rf"|are|was) (?:missing|not {GIVEN})(?:$|[.,;!\n)\]]| but | in | or )",
        rf"{START}(?:the )?(?:parameter |argument |field |property |param )?{BARE} (?:must|should|has to"
        rf"|needs to) be (?:provided|specified|supplied|given|passed|present|set|included|defined)(?:$"
        rf"|[.,;!\n])",
        rf"\b(?:must|should|need to|please) (?:provide|specify|supply|include|pass|set) (?:an? |the "
        rf"|a value for )?{BARE} (?:parameter|argument|field|property|param)\b",
        rf"\b(?:the|required) {BARE} (?:parameter|argument|field|property|param|attribute) (?:is"
        rf"|was) (?:required|mandatory|missing|not {GIVEN})\b",
        rf"\brequires (?:the |an? )?{BARE} (?:parameter|argument|field|property|param)\b",
        rf"\bmissing (?:the |an? )?(?:required )?{BARE} (?:parameter|argument|field|property|param)\b",
        mark=UNMARKED,
    ),
    *wording(
        MISSING,
        rf"\b(?:parameter|argument|field|property|param) {BARE} (?:is|was|are) (?:a |an )?(?:required"
        rf"|mandatory|missing|absent|not {GIVEN})\b",
        rf"\bmissing (?:the |an? )?(?:argument|parameter|param|field|property) {BARE}(?:$|[.,;!\n])",
        rf"\bmissing_(?:required_)?(?:field|parameter|argument|param|property): {BARE}(?:$|[.,;!\n])",
        rf"\b(?:you|agent|model|caller|call|request) (?:did not|didn't|does not|forgot to) (?:give|provide"
        rf"|supply|specify|send|include) (?:me |us )?(?:an? |the "
        rf"|any )?(?:value for )?(?:the )?(?:{ROLE} )?{ANY}(?:$|[.,;!\n])",
        mark=AFTER_ROLE,
    ),
    # Unexpected.
    *wording(
        UNEXPECTED,
        rf"\b(?:invalid|unknown|unexpected|unrecogni[sz]ed) (?:field|parameter|argument|property|key"
        rf"|attribute)s? (?:found|given|detected):? ?[\[{{(]?{QUOTED_LIST}",
        rf"\b(?:parameter|argument|field|property|param) {BARE} (?:is|was) (?:not|un) ?(?:allowed|permitted"
        rf"|recogni[sz]ed|known|expected|supported|defined|accepted)\b",
        rf"\b(?:does|do|did)(?: not|n't) (?:accept|take|have|support|recogni[sz]e|know|expect|allow"
        rf"|understand) (?:an? |the |any )?{ROLE} (?:named|called) {BARE}",
        rf"\b(?:has|there is|have) no (?:such )?{ROLE} (?:named|called) {BARE}",
        mark=AFTER_ROLE,
    ),
    *wording(
        UNEXPECTED,
        rf"\binvalid key: expected never but received \"(?P<name>{NAME})\"",
        rf"\bdata must not contain \{{(?P<names>{ONE_QUOTED}(?:, ?{ONE_QUOTED})*)\}} propert",
        rf"\b(?P<parent>data\.{NAME}) must not contain \{{(?P<names>{ONE_QUOTED}(?:, ?{ONE_QUOTED})*)\}} propert",
        rf"\bwrong keys? (?P<names>{ONE_QUOTED}(?:, ?{ONE_QUOTED})*) in\b",
        rf"\barg(?:ument)? {ANY} is not in the tool's args\b",
        rf"\bunexpected key {QUOTED} found in\b",
        rf"\b(?:unknown|unexpected|unrecogni[sz]ed|unsupported|extra|undeclared|disallowed|extraneous"
        rf"|superfluous|unpermitted|undefined) {ROLE}(?: in (?:the )?(?:object|request|body|input|call|query"
        rf"|payload))?(?: named| called| found| supplied| provided| given| passed)?(?: ?[:=] ?| ){QUOTED_LIST}",
        rf"\b(?:unknown|unexpected|unrecogni[sz]ed|unsupported|extra|undeclared|disallowed|extraneous"
        rf"|superfluous|unpermitted) {ROLE}(?: in (?:the )?(?:object|request|body|input|call|query|payload"
        rf"|[\w ]{{1,30}}))?(?: found| supplied| provided| given| passed)?(?: ?[:=] ?){LIST}",
        rf"(?:\] |: |^)(?:unknown|unrecogni[sz]ed) (?:field|parameter|property) \[(?P<name>{NAME})\]",
        rf"\bcontains (?:an )?(?:unrecogni[sz]ed|unknown|unexpected) {ROLE}: \[(?P<name>{NAME})\]",
        rf"\b(?:additional|unevaluated) ?propert(?:y|ies) (?:are |is )?not allowed \({QUOTED_LIST} (?:was"
        rf"|were) unexpected\)",
        rf"\b(?:additional|unevaluated) ?propert(?:y|ies)(?: are| is)?(?: not allowed"
        rf"| not permitted)?:? ?\(?{QUOTED_LIST}(?: (?:is|are) not (?:allowed|permitted))?",
        rf"\bis not allowed to have the additional property {QUOTED}",
        rf"\b(?:got|received|with|has) (?:an? |some )?unexpected (?:keyword )?(?:arguments?|parameters?"
        rf"|properties|property|fields?|keys?|inputs?)(?:\(s\))?:? {QUOTED_LIST}",
        rf"\b{ROLE} {QUOTED_LIST} (?:is|are|was|were) (?:not|un) ?(?:allowed|permitted|recogni[sz]ed|known"
        rf"|expected|supported|defined|declared|accepted)\b",
        rf"\bproperty {QUOTED} should not exist\b",
        rf"\b(?:argument|parameter|field|property|input) {ANY} is not (?:in|part of|defined in"
        rf"|declared in) the (?:tool(?:'s)? )?(?:input )?schema\b",
        rf"\bproperty {BARE} should not exist\b",
        rf"{QUOTED} (?:is|was) not allowed(?:$|[.\n]|, )",
        rf"{QUOTED} is not a (?:valid|known|recogni[sz]ed|supported|defined) (?:argument|parameter|property"
        rf"|field|input|key|option|keyword)\b",
        rf"{QUOTED} (?:was|is) (?:unexpected|an unknown (?:\w+ )?(?:field|parameter|argument|property|key)"
        rf"|an unexpected (?:\w+ )?(?:field|parameter|argument|property|key)|an unrecogni[sz]ed (?:field"
        rf"|parameter|argument|property|key))\b",
        rf"\b(?:does|do|did)(?: not|n't) (?:accept|take|have|support|recogni[sz]e|know|expect|allow"
        rf"|understand) (?:an? |the |any )?{ROLE}(?: named| called)? {QUOTED_LIST}",
        rf"\b(?:has|there is|have) no (?:such )?{ROLE}(?: named| called)? {QUOTED_LIST}",
        rf"\bunknown keywords?: :(?P<name>{NAME})",
        rf"\b(?:no such option|unrecogni[sz]ed arguments|unknown option)s?: ?{OPEN}?(?P<name>--[A-Za-z_][\w.\-]*)",
        rf"\bunrecogni[sz]ed field {QUOTED} \(",
        rf"\bunknown name {QUOTED}: cannot find field\b",
        rf"\bunknown name {QUOTED} at '(?P<parent>{NAME})': cannot find field\b",
        rf"\bunknown argument {QUOTED} on field\b",
        rf"\bjson: unknown field {QUOTED}",
        rf"\bfound unpermitted parameters?: :?(?P<name>{NAME})",
        rf"\bextra (?:keys?|fields?|arguments?|parameters?) not (?:allowed|permitted)(?: ?[:@] ?"
        rf"| )(?:data)?\[?{QUOTED}\]?",
        rf"\bcould not find member {QUOTED} on object\b",
    ),
    *wording(
        UNEXPECTED,
        rf"\b(?:unknown|unexpected|unrecogni[sz]ed|unsupported|extra|undeclared) (?:keyword |query |request "
        rf"|input )?(?:argument|parameter|param|field|property|input) {BARE}(?:$|[.,;!\n]| in | for | on "
        rf"| passed | was )",
        mark=UNMARKED,
    ),
)
