"""A call whose tool, declaration or arguments cannot be read at all: rules of tool_schema_mismatch.py."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import DECISIVE, STRONG, Rule
from rca_core.analysis.rules.unrelated import COMPILER, TESTS

_ABSENT: Final = r"(?:undeclared|unavailable|unregistered|unlisted|unknown|unsupported|non-?existent|nonexisting|missing|invalid|unrecogni[sz]ed|unbound|undefined|hallucinated|imaginary)"
# Functions of a database, which a query names.
_SQL: Final = (
    r"psycopg|pymysql|asyncpg|sqlalchemy|sqlstate|sqlite3|clickhouse|\bora-\d|\bno function matches the given name\b|\(1305\b|programmingerror|\bsql\b",
)

CALL_RULES: Final = (
    Rule(
        "tool_schema_mismatch.unknown_tool",
        "tool_schema_mismatch",
        "unknown_tool",
        STRONG + 2,
        patterns=(
            r"\bno \w{0,20}(?:tool|function|action)\w{0,20} (?:was |is |were )?(?:found|registered|available|defined|known) (?:for|named|with|called|by|under)\b",
            r"\b(?:tool|function)(?: with (?:the )?name| named| name| called)?:? ?['\"`\[]?[\w./-]{1,80}['\"`\]]? (?:is |was |does |could )?(?:not|isn't|doesn't) (?:be )?(?:found|exist|an? valid|valid|available|registered|defined|recogni[sz]ed|in|supported)\b",
            r"\bno such (?:tool|function)\b|\b(?:unknown|invalid|unrecogni[sz]ed|nonexistent|non-existent|unregistered) (?:tool|function)(?: name| call)?\b(?!.{0,3}(?:arguments|parameters|output))",
            r"\bis not an? (?:valid|recogni[sz]ed|known|available|supported|registered) (?:tool|function|action)\b|\btry one of \[|\bnot found in (?:the )?(?:tools?|agent|registry|toolkit)\b|\btools?_dict\b",
            r"\bno (?:tool|function) (?:named|called|with (?:the )?name|found (?:for|with|named))\b",
            r"\b(?:could not|couldn't|cannot|can't|unable to) find (?:an? |the )?(?:tool|function)\b",
            rf"\b(?:call\w*|invok\w*|us(?:e|ed|ing)|execut\w*|request\w*|attempted|tried|select\w*|chose|pick\w*)\b.{{0,40}}\b{_ABSENT} (?:tool|function|action|skill|capability)s?\b",
            r"\b(?:isn't|is not|wasn't|was not|not) (?:\w+ ){0,2}?(?:among|one of|in|part of|within|listed in|present in) (?:the |its |this |any |your )?(?:[\w/'-]+ ){0,4}?(?:tools?|functions?|actions|toolset|toolbox|tool list|tool registry|function list|skills|capabilities)\b",
            r"\b(?:tool|function|action|skill)s?\b.{0,80}\b(?:isn't|is not|was not|wasn't|not|never) (?:been )?(?:an? )?(?:available|declared|registered|defined|offered|provided|given|known|recogni[sz]ed|exposed|configured|bound|loaded|enabled|listed|implemented|supported|found)\b.{0,80}\b(?:tools?|functions?|model|agent|registry|server|declar\w+|available|toolkit)\b",
            r"\bno (?:\w+ )?(?:tool|function|action|skill) (?:is |was )?(?:registered|declared|defined|bound|known)\b|\b(?:there is |there's |has |have |with |found |knows? )no (?:\w+ )?(?:tool|function|action|skill) (?:\w+ )?(?:named|called|by|with|like|for|['\"`])|\bunexpected_tool_call\b|\bdoes not (?:have|know|offer|provide|expose|support) (?:a |an |any |the )?(?:tool|function|action)\b",
            r"\bavailable (?:tools|functions|actions)(?: are)?: ?[\w\['\"]|\b(?:valid|known|registered|allowed|existing) (?:tools|functions|tool names|function names|actions|operations|commands|methods|skills)(?: are| include)?:? ?[\w\['\"]|\bdid you mean (?:the )?(?:tool|function)\b",
            r"\b(?:herramienta|función|outil|fonction|werkzeug|funktion|ferramenta|função|strumento|funzione) .{1,60} (?:no existe|n'existe pas|existiert nicht|não existe|non esiste|desconocid\w|inconnue?|unbekannt)|(?:工具|函数).{0,30}(?:不存在|未定义|未知)|(?:ツール|関数).{0,30}(?:存在しません|見つかりません)",
            r"\btool (?:\S{1,80} )?(?:not found|does not exist)\b|\bmethod not found\b|-32601\b",
            r"(?:工具|函数).{0,30}(?:不存在|未找到|未注册)",
        ),
        unless=(
            r"tool output found",
            r"no tool output",
            r"\bkey not allowed\b|\bpermission\b|\bnot allowed to (?:access|use|call)\b",
            *_SQL,
            *COMPILER,
            *TESTS,
        ),
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
            r"\b(?:tools|functions)(?:\.|\[)\d{1,3}\b.{0,60}\b(?:should|must|invalid|does not match|required|pattern)\b",
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
            r"\b(?:arguments?|args|params|parameters|tool input|action input)\b.{0,40}\b(?:json\b.{0,30}(?:error|invalid|fail\w*|parse|not an object|expected)|unmarshal\w*|deseriali[sz]\w+|could not be (?:decoded|parsed|read)|must be (?:an? )?(?:valid )?json)",
            r"\b(?:could not|couldn't|cannot|unable to|failed to|error|invalid) (?:to )?(?:pars\w{1,4}|decod\w{1,4}|unmarshal\w*|deseriali[sz]\w+|json in|json for)\b.{0,40}\b(?:arguments?|args|params|parameters|tool call|function call|tool input)\b",
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
)
