"""A call does not fit what the tool, or its declaration, accepts."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG, Rule, listed
from rca_core.analysis.rules.tool_schema_causes import CAUSES

__all__ = ["CAUSES", "RULES"]

_ARG: Final = (
    r"(?:fields?|parameters?|arguments?|params?|args?|propert(?:y|ies)|inputs?|keys?|attributes?|query parameters?)"
)
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
)

RULES: Final = (
    Rule(
        "tool_schema_mismatch.unknown_tool",
        "tool_schema_mismatch",
        "unknown_tool",
        STRONG + 2,
        patterns=(
            r"\b(?:tool|function)(?: with (?:the )?name| named| name| called)?:? ?['\"`\[]?[\w./-]{1,80}['\"`\]]? (?:is |was |does |could )?(?:not|isn't|doesn't) (?:be )?(?:found|exist|an? valid|valid|available|registered|defined|recogni[sz]ed|in|supported)\b",
            r"\bno such (?:tool|function)\b|\b(?:unknown|invalid|unrecogni[sz]ed|nonexistent|non-existent|unregistered) (?:tool|function)(?: name| call)?\b(?!.{0,3}(?:arguments|parameters|output))",
            r"\bis not an? (?:valid|recogni[sz]ed|known|available|supported|registered) (?:tool|function|action)\b|\btry one of \[|\bnot found in (?:the )?(?:tools?|agent|registry|toolkit)\b|\btools?_dict\b",
            r"\bno (?:tool|function) (?:named|called|with (?:the )?name|found (?:for|with|named))\b",
            r"\b(?:could not|couldn't|cannot|can't|unable to) find (?:an? |the )?(?:tool|function)\b",
            r"\btool (?:\S{1,80} )?(?:not found|does not exist)\b|\bmethod not found\b|-32601\b",
            r"(?:工具|函数).{0,30}(?:不存在|未找到|未注册)",
        ),
        unless=(r"tool output found", r"no tool output"),
    ),
    Rule(
        "tool_schema_mismatch.unknown_tool_name",
        "tool_schema_mismatch",
        "unknown_tool",
        STRONG,
        names=(
            "unknowntool",
            "toolnotfound",
            "nosuchtool",
            "invalidtool",
            "functionnotfound",
            "unknownfunction",
            "methodnotfound",
            "toolnotregistered",
            "ainosuchtool",
        ),
    ),
    Rule(
        "tool_schema_mismatch.definition",
        "tool_schema_mismatch",
        "tool_definition_invalid",
        DECISIVE - 3,
        names=("invalidfunctionparameters", "invalidtoolschema", "invalidfunctionschema"),
        unless=(),
    ),
    Rule(
        "tool_schema_mismatch.definition_text",
        "tool_schema_mismatch",
        "tool_definition_invalid",
        DECISIVE - 3,
        patterns=(
            r"\binvalid schema for (?:function|tool)\b",
            r"\bfunction_?declarations?\b.{0,120}(?:invalid|unknown|should be|must|missing|field|parameters)",
            r"\bunknown name .{1,60} at 'request\.tools|'request\.tools",
            r"\btools[.\[]\d+\]?(?:\.\w+|\[\d+\]){0,8}[:'\"].{0,80}(?:schema|invalid|required|type|must|extra|not)",
            r"\btools\.\d+\.(?:custom\.)?input_schema\b",
            r"\btool (?:definition|declaration|schema) (?:is |was )?(?:invalid|malformed|not valid)\b",
        ),
    ),
    Rule(
        "tool_schema_mismatch.bad_json",
        "tool_schema_mismatch",
        "invalid_json_arguments",
        STRONG + 5,
        patterns=(
            r"\bfunction \S{1,80} arguments:",
            r"\b(?:tool|function)[ _]?(?:call )?(?:arguments?|args|inputs?|parameters)\b.{0,60}\b(?:not valid json|invalid json|malformed|not parse|could not be parsed|decode|unparsable)",
            r"\b(?:parse|parsing|decode|decoding|deserializ\w+) (?:the )?(?:tool|function)[ _-]?(?:call )?(?:arguments?|args|inputs?|parameters)\b",
            r"\binvalid json (?:in|for) (?:\w+ )?(?:tool|function|arguments)\b|\bmalformed_function_call\b|\bmalformed (?:tool|function) call\b",
            r"\barguments (?:are|is|were|must be) (?:not )?valid json\b",
        ),
    ),
    Rule(
        "tool_schema_mismatch.bad_json_name",
        "tool_schema_mismatch",
        "invalid_json_arguments",
        STRONG,
        names=(
            "malformedfunctioncall",
            "invalidtoolarguments",
            "invalidtoolcall",
            "aiinvalidtoolarguments",
            "invalidtoolinput",
            "aiinvalidtoolinput",
        ),
    ),
    Rule(
        "tool_schema_mismatch.missing",
        "tool_schema_mismatch",
        "missing_argument",
        STRONG,
        patterns=(
            rf"\bmissing (?:\d+ )?(?:the )?(?:required |mandatory )?(?:[\w-]+ )?(?:required |positional |keyword(?:-only)? )?{_ARG}\b",
            rf"\brequired (?:\w+ )?{_ARG}\b.{{0,60}}\b(?:missing|not (?:provided|set|specified|supplied|present|given)|absent|was not)",
            r"\b(?:missing|without) (?:a )?required\b",
            rf"\b{_ARG} ?['\"`:]?[\w.\[\]-]{{0,60}}['\"`]? (?:is|are) (?:required|missing|mandatory)\b",
            r"\bis a required (?:property|parameter|field|argument)\b|\bfield required\b|\[type=missing\b|['\"]?value_error\.missing\b|\bmust have required property\b|\bis required but\b",
            r"\bmissing \d+ required (?:positional|keyword-only) arguments?\b",
            rf"\b(?:must|should|need to|please) (?:provide|specify|supply|include|pass) (?:an? |the |at least one |either )?(?:[\w'\"`]+ ){{0,2}}{_ARG}\b",
            r"\bmissing (?:\w+ ){0,2}['\"`:]",
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
            rf"\b(?:must|should|has to|needs to) be (?:of type |an? |either |one of |in )?(?:valid |non-?empty )?{_TYPE}\b",
            r"\b(?:must|should) be one of\b|\binput should be\b|\bis not one of \[|\binvalid enum value\b|\bis not a valid (?:choice|option|value|enum\w*|uuid|integer|number|date\w*|boolean|string|url|email)\b",
            rf"\bexpected (?:the )?{_ARG} .{{1,60}} to be\b",
            rf"\bis not of type\b|\bexpected (?:an? )?(?:type )?['\"]?{_TYPE}['\"]?,? (?:but )?(?:got|received|found|instead)\b|\bexpected {_TYPE}, received\b",
            r"\binvalid (?:type|data type|value|format|input|date|datetime|datatype)\b.{0,40}\b(?:for|of|in|to|:|expected)",
            r"\binvalid input syntax for type\b|\binvalid parameter type\b|\bdoes not match (?:the )?(?:pattern|format|regex)\b|\bvalue is not a valid\b|\bparameter validation failed\b",
            r"(?:参数|字段).{0,8}(?:类型|格式)?(?:错误|不正确|无效|不合法)",
            r"parameter .{0,20}(?:ungültig)|ungültige[rs]? (?:parameter|wert|eingabe)",
            r"(?:parámetro|argumento|valor) .{0,20}(?:inválido|no válido)",
            r"(?:paramètre|argument|valeur) .{0,20}(?:invalide|non valide)",
        ),
        unless=_OTHER_VALIDATION,
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
            r"\binput validation (?:error|failed)\b|\binvalid (?:tool |function )?(?:arguments?|params|parameters)\b|-32602\b",
            r"\b\d+ validation errors? for \w*(?:args|arguments|input|params|schema|tool|request)\b",
        ),
        unless=_OTHER_VALIDATION,
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
            toolvalidation inputvalidation bodyvalidation schemamismatch
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
        unless=_OTHER_VALIDATION,
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
            r"must (?:be|have|contain)",
        ),
        unless=(
            *_OTHER_VALIDATION,
            r"balance|insufficient|out of stock|already|cannot be (?:cancel|refund|return|modif|chang)|not allowed|not eligible|download",
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
