"""A call does not fit what the tool, or its declaration, accepts."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, Rule, listed
from rca_core.analysis.rules.tool_schema_calls import CALL_RULES
from rca_core.analysis.rules.tool_schema_causes import CAUSES
from rca_core.analysis.rules.unrelated import COMPILER, TESTS

__all__ = ["CAUSES", "RULES"]

_ARG: Final = (
    r"(?:fields?|parameters?|arguments?|params?|args?|propert(?:y|ies)|inputs?|keys?|attributes?|query parameters?)"
)
_VALUE_KIND: Final = r"(?:object ?id|uuid|guid|choice|option|value|enum\w*|date\w*|time\w*|timezone|integer|number|boolean|string|list|array|url|uri|email\w*|phone\w*|format|type|parameter|argument|id|identifier for|locale|language|currency|country|region|unit|operator|filter|sort \w+|field|column name|interval|range|symbol format|hex\w*|ip\w*|hostname|path|pattern|regex|cron\w*|duration|mode|level|method|kind|scope|role|ISO[\w-]*)"
_TYPE: Final = r"(?:string|integer|int|number|numeric|boolean|bool|array|list|object|dict(?:ionary)?|float|uuid|date(?:time)?|iso ?-?8601|json|email|url|enum|positive|non-?empty|null)"
# Validation of something else than a tool's arguments.
_OTHER_VALIDATION: Final = (
    r"\bapi key\b",
    r"validation failed for field with errors",
    r"^guardrails\.",
    r"pydantic model due to",
    r"context window",
    r"max(?:imum)? (?:context|tokens)",
    r"for result validation",
    r"output validation",
    r"total attempts",
    r"\bllm output\b",
    r"\bstrictmodel\b",
    r"__init__\(\)",
    r"content.?filter",
    r"no row was",
    r"required following item",
    r"tool_use. ids|tool_result|tool output found|tool_call_id",
    r"prompt is too long",
    r"certificate",
    r"_(?:key|token|secret|password)\b|\benvironment variable\b",
    *COMPILER,
    *TESTS,
    r"\btimeout value\b|before initialization was complete",
    r"\bembedding\b.{0,40}\bdimension",
)
# States of the things asked for: 422 and 400 stand for them as well.
_STATE: Final = (
    r"\balready\b|\bno commits between\b|['\"]code['\"]: ?['\"](?:custom|already_exists)['\"]|\bwas modified\b|\bnot (?:mergeable|eligible|possible|enough)\b|\bconflict",
    r"balance|insufficient|out of stock|cannot be (?:cancel|refund|return|modif|chang)|\bnot allowed\b|download|\bsold out\b|\bfully booked\b",
    r"\bexpired\b|\bhas (?:passed|ended|been)\b|\bno longer\b|\bclosed\b|\bpassengers?\b|\byears old\b|\bage\b|\bcoupons?\b|\bvouchers?\b|\bcards?\b",
)
# The name of an argument as messages write it: in quotes, or as no word of a sentence is written.
_NAMED: Final = r"(?:['\"`][\w.$\[\]/ -]{1,60}['\"`]|\b[a-z0-9]{1,30}[._][\w.]{1,60}(?:\[\d+\])?|\b\w{1,40}\[\d+\])"
_ARG_ELSEWHERE: Final = r"\b(?:parameter|parámetro|paramètre|parametro|parâmetro|parametr|argumento?|argomento|feld|pflichtfeld|campo|champ|veld|pole|параметр\w*|поле|аргумент\w*|parametre)"
_NOT_GIVEN: Final = r"(?:missing|absent|not (?:be )?(?:provided|set|specified|supplied|present|given|passed|sent|found|included|filled|defined)|never (?:provided|set|given)|undefined|omitted|left out|blank|empty|null|none)"

RULES: Final = (
    *CALL_RULES,
    Rule(
        "tool_schema_mismatch.missing",
        "tool_schema_mismatch",
        "missing_argument",
        STRONG,
        patterns=(
            r"\b(?:tool|input|arguments?|parameters?|params) (?:input )?validation (?:failed|error)\b.{0,200}\b(?:required|missing)\b",
            rf"\bmissing (?:\d+ )?(?:the )?(?:required |mandatory )?(?:[\w-]+ )?(?:required |positional |keyword(?:-only)? )?{_ARG}\b",
            rf"\brequired (?:\w+ )?{_ARG}\b.{{0,60}}\b(?:missing|not (?:provided|set|specified|supplied|present|given)|absent|was not)",
            r"\b(?:missing|without) (?:a )?required\b",
            rf"\b{_ARG} ?['\"`:]?[\w.\[\]-]{{0,60}}['\"`]? (?:is|are) (?:required|missing|mandatory)\b",
            r"\bis a required (?:property|parameter|field|argument)\b|\bfield required\b|\[type=missing\b|['\"]?value_error\.missing\b|\bmust have required property\b|\bis required but\b",
            r"\bmissing \d+ required (?:positional|keyword-only) arguments?\b",
            rf"\b(?:must|should|need to|please) (?:provide|specify|supply|include|pass) (?:an? |the |at least one |either )?(?:[\w'\"`]+ ){{0,2}}{_ARG}\b",
            r"\bmissing (?:\w+ ){0,2}['\"`:]",
            rf"{_ARG_ELSEWHERE}\b.{{0,40}}\b(?:fehlt|fehlen|falta|faltan?te|manca\w*|manque\w*|ontbreekt|brakuje|verplicht|obligat\w+|obbligatori\w|requerid\w|richiest\w|requis\w*|wymagan\w+|zwingend|erforderlich|отсутствует|обязател\w+|gerekli|zorunlu)",
            rf"\brequired\b.{{0,40}}\b{_ARG}\b.{{0,80}}\b{_NOT_GIVEN}\b|\b{_NOT_GIVEN}\b.{{0,60}}\brequired (?:\w+ ){{0,2}}{_ARG}\b",
            rf"\b(?:no|without(?: an?)?) (?:value|argument|parameter|input|data)s? (?:\w+ ){{0,3}}?(?:for|named|called)\b.{{0,60}}\b(?:{_ARG}|required|mandatory|field)",
            rf"{_NAMED}:? (?:\w+ )?(?:is|are|was|were|must|has|cannot|can't|may not|should) (?:\w+ ){{0,2}}?(?:required|mandatory|missing|absent|omitted|blank|not (?:be )?(?:provided|specified|given|supplied|passed))\b(?! (?:in|on|for) (?:type|module|this scope))",
            rf"\b(?:must|should|has to|have to|need to|needs to|please) (?:\w+ )?(?:provide|specify|supply|include|pass|give|contain|set|send|fill in|enter|be given) (?:\w+ ){{0,4}}?(?:values? for )?{_NAMED}",
            rf"\b(?:either|one of|at least one of|exactly one of)\b.{{0,20}}{_NAMED}.{{0,60}}\b(?:must|has to|have to|should|is|are|needs?) (?:be )?(?:given|provided|specified|set|present|passed|supplied|required|needed)\b",
            rf"\b(?:requires?|expects?|needs?|wants?|lacks?) (?:an? |the |at least one |one of |exactly one )?(?:value for )?(?:\w+ ){{0,2}}?(?:(?:{_NAMED}) (?:\w+ )?{_ARG}|{_ARG} {_NAMED})\b",
            r"\bof required type\b|\bis required,? but (?:it )?was not\b|\bmissing_?(?:required_?)?(?:parameter|argument|field|param|arg)\w{0,12}\b|\breceived:? ?['\"]?undefined\b|\bparam is missing or the value is empty\b|\bthis field (?:is required|may not be|cannot be)\b|\b(?:field|parameter|argument) is required\b|\bis not present\b.{0,20}$|\bmissing (?:keyword|option|operand|argument)s?\b|\bthe following (?:\w+ )?(?:arguments|parameters|fields|options) (?:are|were) (?:required|missing|not)\b",
            rf"^(?:\w+: )?(?:the )?(?:[\w.\[\]-]{{1,40}} )?{_ARG}?\b[:\w .\[\]'\"`-]{{0,40}}\b(?:cannot|can't|must not|may not|should not) be (?:blank|empty|null|none|undefined|nil|missing)\b",
            r"\brequired (?:request )?(?:parameter|body|field|part|header|query param\w*|path variable|argument)\b.{0,80}\b(?:missing|not present|absent)\b",
            r"缺少.{0,8}(?:参数|字段|必填)|(?:参数|字段).{0,12}(?:不能为空|缺失|必填|必须)",
            r"必須.{0,8}(?:パラメータ|項目|フィールド)|パラメータ.{0,12}(?:不足|必要|ありません)",
            r"falta (?:el |un )?(?:parámetro|campo|argumento)|(?:parámetro|campo|argumento) .{0,30}(?:obligatorio|requerido)",
            r"(?:fehlende[rs]?|erforderliche[rs]?) (?:parameter|feld|argument)|pflichtfeld",
            r"(?:paramètre|champ|argument) .{0,30}(?:manquant|requis|obligatoire)",
            r"(?:parâmetro|campo) .{0,30}obrigatório",
        ),
        unless=(
            *_OTHER_VALIDATION,
            r"missing.?scope",
            r"missing (?:\w+ )?(?:permission|scope|credential|token|api)",
            r"unexpected model behavior",
        ),
        scopes=("tool", "guardrail"),
    ),
    Rule(
        "tool_schema_mismatch.unexpected",
        "tool_schema_mismatch",
        "unexpected_argument",
        STRONG,
        patterns=(
            r"\bunexpected keyword argument\b",
            rf"\b(?:unknown|unrecogni[sz]ed|unexpected|unsupported|extra|extraneous|invalid) (?:request |query |body |input |keyword )?{_ARG}\b(?! (?:value|combination))",
            r"\badditional ?propert(?:y|ies)\b.{0,40}\bnot allowed\b|\bextra inputs are not permitted\b|\bextra fields not permitted\b|\btakes \d+ positional arguments? but \d+",
            r"\bunknown_parameter\b",
            rf"\b{_ARG} (?:that )?(?:\S{{1,40}} ){{0,4}}?(?:(?:does|do|did) not|doesn't|don't|didn't) (?:support|accept|take|recogni[sz]e|know|allow|expect|understand)\b|\b(?:does|do|did) ?(?:not|n't) (?:support|accept|take|recogni[sz]e|know|expect|allow) (?:an? |the |any |this |such )?(?:\w+ )?{_ARG}\b",
            rf"\b{_ARG} (?:named |called )?(?:{_NAMED} |\S{{1,40}} )?(?:is|are|was) (?:not|un)[ ]?(?:supported|recogni[sz]ed|allowed|permitted|known|valid|expected|accepted|defined|declared)\b",
            rf"\b(?:unknown|unrecogni[sz]ed|unexpected|unsupported|undeclared|unpermitted|undefined|superfluous|excess|disallowed|illegal) (?:\w+ )?(?:{_ARG}|arg|keyword|kwarg|named argument|filter|query key|path)(?:\(s\)|s)?\b|\bno (?:such )?(?:parameter|argument|field|input|property) (?:named|called|with|['\"`])",
            r"\bmust not have additional\b|\badditional_?properties\b|\bunrecognized_keys\b|\bgot unexpected (?:extra )?arguments?\b|\b(?:unknown|unrecogni[sz]ed|unsupported) (?:command[ -]line )?(?:option|flag)s?\b|\bunevaluated properties\b|\btakes (?:at most |exactly |from \d+ to )?\d+ (?:positional )?arguments?\b|\btoo many (?:positional )?arguments\b|\bgot multiple values for (?:keyword )?argument\b|\bno such option\b|\b(?:wrong|invalid) number of arguments\b|\bx_content_parse_exception\b",
            r"\bcannot query field\b|\bfield .{1,60} doesn't exist on type\b|\bunknown argument .{1,60} on field\b",
        ),
        unless=(*_OTHER_VALIDATION, r"unsupported value"),
        scopes=("tool", "guardrail"),
    ),
    Rule(
        "tool_schema_mismatch.type",
        "tool_schema_mismatch",
        "wrong_type",
        STRONG - 2,
        patterns=(
            r"\bfunction call argument\b.{0,60}\b(?:not compatible|incompatible|invalid|wrong)\b|\bnot compatible with (?:the )?(?:parameter|argument) (?:annotation|type)\b|\bfailed to (?:parse|convert|coerce) (?:the )?(?:parameter|argument) \S{1,60} (?:for|of|to)\b",
            r"\b(?:parameters|arguments|args|tool inputs?|action inputs?) (?:must|should|need to|have to) be (?:\w+ ){0,3}(?:valid )?json\b",
            r"\b(?:tool|input|arguments?|parameters?|params) (?:input )?validation failed (?:for|of|on|in)\b",
            rf"\b(?:must|should|has to|needs to) be (?:of type |an? |either |one of |in )?(?:valid |non-?empty )?{_TYPE}\b",
            r"\b(?:must|should) be one of\b|\binput should be\b|\bis not one of \[|\binvalid enum value\b|\bis not a valid (?:choice|option|value|enum\w*|uuid|integer|number|date\w*|boolean|string|url|email)\b",
            rf"\bexpected (?:the )?{_ARG} .{{1,60}} to be\b",
            rf"\bis not of type\b|\bexpected (?:an? )?(?:type )?['\"]?{_TYPE}['\"]?,? (?:but )?(?:got|received|found|instead)\b|\bexpected {_TYPE}, received\b",
            r"\binvalid (?:type|data type|value|format|input|date|datetime|datatype)\b.{0,40}\b(?:for|of|in|to|:|expected)",
            r"\binvalid input syntax for type\b|\binvalid parameter type\b|\bdoes not match (?:the )?(?:pattern|format|regex)\b|\bvalue is not a valid\b|\bparameter validation failed\b",
            # A bound, a form or a set of values, said of an argument.
            rf"(?:{_NAMED}|(?:^(?:\w+: )?|[\"'] ?: ?[\"']|\b{_ARG} )[\w.\[\]-]{{1,40}}(?::|(?= \w+ (?:not )?be (?:between|less|greater|within|in (?:the )?range|an? |[<>])))):? (?:value |length |size )?(?:must|should|has to|needs to) (?:not )?(?:be|have|contain|match|start|end|equal|exceed) (?:between|less|greater|at (?:least|most)|within|in (?:the )?range|no (?:more|less|longer|fewer)|positive|negative|non-?\w+|a multiple|one of|equal to|exactly|a valid|an? (?:\w+ )?(?:integer|number|string|array|list|object|boolean|uuid|email|ur[il]|date\w*)|unique|pattern|format|with|[<>]=?|fewer|more) ?",
            rf"\b(?:is|was) (?:not valid|invalid|not allowed|not acceptable|not accepted|unacceptable) (?:for|as|in) (?:the )?(?:\w+ )?(?:{_ARG}|{_NAMED})\b|\b(?:wrong|incorrect|bad|malformed|mismatched|improper|illegal) (?:\w+ )?(?:arguments?|parameters?|args|params)\b|\b(?:unsupported|illegal|unacceptable|bad|wrong|disallowed) (?:type|value|format)s? (?:for|of|in) \w|\bpassed an? (?:empty|invalid|null|unknown|wrong)\b",
            rf"{_ARG_ELSEWHERE}\b.{{0,40}}(?:ungültig|inválid\w|invalide|non valid[oae]|ongeldig|nieprawidłow\w+|неверн\w+|недопустим\w+|geçersiz)",
            r"\binput should\b|\[type=\w{3,40}, input_value=|\binput_type=\w|\b(?:number|string|array|set|date|bigint|value|text) must (?:be (?:less|greater|at|in|a multiple|exactly)|contain|have|match|start|end|not)\b|\btoo (?:big|small): expected\b|\binvalid (?:input|option|literal value)[:,]? expected\b|\bexpected \w{2,12}, (?:but )?received\b",
            r"\bmust (?:match (?:pattern|format|exactly one schema|a schema|\\?\")|be equal to (?:one of|constant)|not have (?:fewer|more|additional)|be (?:>=?|<=?) ?-?\d|pass \\?\")|\bis not valid under any of the given schemas\b|\bfailed validating\b|\bis (?:less|greater) than the (?:minimum|maximum)\b|\bis not a multiple of\b|\bhas non-unique elements\b|\bdoes not match any of the regexes\b",
            rf"\b(?:array|list|string|value|input|text|length|{_ARG})\b.{{0,40}}\b(?:at (?:most|least)|no (?:more|fewer|less) than|not more than|exceed\w*|max(?:imum)?(?: length)?(?: of)?|min(?:imum)?(?: length)?(?: of)?|longer than|shorter than|more than|fewer than)\b.{{0,12}}\b\d+ (?:items?|elements?|entries|values?|chars?|characters?|runes|bytes)\b|\bjson-?pointer\b|\b(?:items?|elements?|characters?|entries) allowed \[",
            rf"['\"`][^'\"`\n]{{0,80}}['\"`] (?:is not|isn't|is no|was not) (?:an? |the |one of the )?(?:valid|allowed|legal|supported|permitted|accepted|proper|well-formed)(?: {_VALUE_KIND})\b|\bcast to \w{{2,20}} failed for value\b|\bgot invalid value\b|\bcannot represent\b|\bfailed to convert (?:\w+ )?value of type\b|\bis not (?:a |an )?(?:valid )?(?:object ?id|hex(?:adecimal)? string|iso(?:-?8601)?|uuid|guid|number|integer|boolean|enum \w+)\b",
            rf"\b{_ARG}\b.{{0,60}}\b(?:out of (?:range|bounds)|is invalid|was invalid|not (?:a )?valid|has (?:an )?(?:invalid|wrong|bad|incorrect) (?:type|value|format)|cannot be (?:parsed|converted|coerced|cast)|wrong type|incorrect type|type mismatch|malformed)\b|\b(?:invalid|wrong|bad|illegal|incorrect|unsupported|unacceptable|malformed|improper|unexpected) (?:type|value|format|data type)?(?:s)? ?(?:for|of|in) (?:the )?(?:\w+ )?(?:{_ARG}|{_NAMED})",
            r"\b(?:is|are|was|value) (?:out of|outside|not (?:in|within)) (?:the )?(?:valid |allowed |permitted )?(?:range|bounds|interval)\b.{0,20}(?:\[|\(|\d)|\bvalue:? ['\"]?-?\d[\d.]{0,20}['\"]? (?:exceeds|is (?:above|below|over|under|outside|larger|smaller|greater|less|too)|must)\b|\bwrong input: \w|\binvalid (?:choice|(?:int|float|bool|str|date|path|uuid) value|value for)\b|\bargument -{1,2}[\w-]{1,40}(?:/-{1,2}[\w-]{1,40})?: |\bargument_?type_?mismatch\b|\binvalid_?(?:argument|parameter|param|input|value|type|blocks|arguments|field|query)(?:_\w{1,30})?\b:? ?(?:\{|\w|$)(?<!invalid value)(?<!invalid input)",
            r"(?:参数|字段|パラメータ|引数|매개변수|인자).{0,12}(?:类型|格式|形式|형식)?(?:错误|不正确|无效|不合法|不正|無効|잘못|유효하지)",
            r"(?:参数|字段).{0,8}(?:类型|格式)?(?:错误|不正确|无效|不合法)",
            r"parameter .{0,20}(?:ungültig)|ungültige[rs]? (?:parameter|wert|eingabe)",
            r"(?:parámetro|argumento|valor) .{0,20}(?:inválido|no válido)",
            r"(?:paramètre|argument|valeur) .{0,20}(?:invalide|non valide)",
        ),
        unless=(*_OTHER_VALIDATION, r"\b(?:found|got|received) (?:an? )?html\b"),
        scopes=("tool", "guardrail"),
    ),
    Rule(
        "tool_schema_mismatch.validation",
        "tool_schema_mismatch",
        "args_vs_schema",
        STRONG - 3,
        patterns=(
            r"\b(?:tool|function)[ _]?(?:call|input|schema|argument\w*) (?:schema )?validation\b|\b(?:tool|function) call failed (?:schema )?validation\b",
            r"\b(?:did|do|does) not match (?:the )?(?:\w+ )?schema\b|\bschema validation (?:failed|error)\b|\bfailed schema validation\b|\bschema mismatch\b",
            r"\binput validation (?:error|failed)\b|\binvalid (?:tool |function )?(?:arguments?|params|parameters)\b",
            r"\b\d+ validation errors? for \w*(?:args|arguments|input|params|schema|tool|request)\b",
        ),
        unless=_OTHER_VALIDATION,
    ),
    # The code that servers of tools give for every trouble with a call, a record that is not there among them.
    Rule(
        "tool_schema_mismatch.mcp_code",
        "tool_schema_mismatch",
        "args_vs_schema",
        LIKELY,
        patterns=(r"-32602\b",),
        unless=_OTHER_VALIDATION,
    ),
    # The model wrote the arguments of a tool until its retries ran out.
    Rule(
        "tool_schema_mismatch.pydantic_in_run",
        "tool_schema_mismatch",
        "args_vs_schema",
        CLEAR + 6,
        patterns=(
            r"\btool\b.{0,80}\b(?:exceeded|retries)\b[\s\S]{0,2000}?\[type=\w{3,40}, input_value=|\[type=(?:missing|extra_forbidden|missing_argument|unexpected_keyword_argument), input_value=\{[\s\S]{0,2500}?\btool\b.{0,80}\b(?:exceeded|retries)\b",
        ),
        unless=(r"pydantic model due to", r"output validation", r"result validation", r"\bstrictmodel\b"),
        scopes=("run",),
    ),
    Rule(
        "tool_schema_mismatch.pydantic",
        "tool_schema_mismatch",
        "args_vs_schema",
        CLEAR,
        patterns=(r"\b\d+ validation errors? for \w+",),
        unless=_OTHER_VALIDATION,
        scopes=("tool",),
    ),
    Rule(
        "tool_schema_mismatch.name_parts",
        "tool_schema_mismatch",
        "args_vs_schema",
        CLEAR + 8,
        patterns=(
            r"(?:invalid|missing|unknown|unexpected|unsupported|bad|wrong|required|illegal_?formed|undeclared)_?(?:required_?)?(?:tool_?|function_?|request_?|query_?)?(?:argument|parameter|param|input|field|property)s?(?:_?(?:value|type|name|format))?_?(?:error|exception|fault)(?=[:\s'\"]|$)",
        ),
        unless=_OTHER_VALIDATION,
        scopes=("tool",),
    ),
    Rule(
        "tool_schema_mismatch.name",
        "tool_schema_mismatch",
        "args_vs_schema",
        CLEAR + 8,
        names=listed(
            """
            validation paramvalidation toolinputvalidation invalidarguments invalidparameter
            invalidparameters invalidparametervalue missingparameter missingrequiredparameter
            schemavalidation invalidparams unknownparameter unprocessableentity requestvalidation
            argumentvalidation zod missingargument invalidtype toolargumentvalidation toolschema schema
            jsonschemavalidation missingrequiredfield missingfield unexpectedargument invalidinput
            toolvalidation inputvalidation bodyvalidation schemamismatch invalidargument xcontentparse
            methodargumentnotvalid methodargumenttypemismatch missingservletrequestparameter cast invalidid
            constraintviolation badparameter invalidparametersreceived unknownargument invalidrequestparameter
            invalidargumenttype unexpectedkeywordargument argumenttype toolinput modelargument invalidfield
            """
        ),
        unless=_OTHER_VALIDATION,
        scopes=("tool",),
    ),
    Rule(
        "tool_schema_mismatch.422",
        "tool_schema_mismatch",
        "args_vs_schema",
        CLEAR,
        statuses=(422,),
        patterns=(
            r"\b(?:in)?valid|missing|requir|unprocess|schema|expected|\btype\b|\bfield|param|argument|format|must|should|blank|empty|^\W*$",
        ),
        unless=(*_OTHER_VALIDATION, *_STATE),
        scopes=("tool",),
    ),
    Rule(
        "tool_schema_mismatch.400",
        "tool_schema_mismatch",
        "bad_request",
        LIKELY,
        statuses=(400,),
        patterns=(
            r"\b(?:invalid|missing|required|malformed|unexpected|unknown|unsupported|bad request|schema|parse)\b",
            rf"\b{_ARG}\b",
            r"must (?:be|have|contain)|\bcould not read\b|\bdeseriali[sz]|\bunmarshal|\bjson\b",
        ),
        unless=(
            *_OTHER_VALIDATION,
            *_STATE,
        ),
        scopes=("tool",),
    ),
    Rule(
        "tool_schema_mismatch.guardrail",
        "tool_schema_mismatch",
        "args_vs_schema",
        CLEAR,
        names=("observedschemaguardrail",),
    ),
)
