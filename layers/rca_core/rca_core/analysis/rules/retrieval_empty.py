"""A lookup or a search gave nothing."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed

# Things whose absence is a fault of the set-up, not an empty answer.
_SET_UP_THINGS: Final = (
    r"(?:tool|function|command|module|model|deployment|column|table|relation|method|attribute|executable|endpoint|route"
    r"|template|index|host|hostname|certificate|driver|directory|package|library|plugin|schema|api version|resource group"
    r"|environment variable|tool output|tool_result|action|handler|operation|class|server|service|interpreter|locator"
    r"|selector|element|api key|credentials|token|binary|program|namespace|bucket|database|parameter|field|key|argument"
    r"|property)s?"
)
_SETUP: Final = (
    rf"\b{_SET_UP_THINGS}\b['\"]? ?(?:[^\s]{{1,80}} ){{0,4}}(?:not found|does not exist|doesn't exist|could not be found)",
    r"\bno such (?:file|table|column|tool|function|module|host|command|index|device|container|image)\b",
    r"\bindex_not_found|\bcommand not found\b|\bpage not found\b|\bcannot (?:get|post|put|delete|patch) /|<html|<!doctype",
    r"\bwere found without\b|\bno tool output found\b|no matching distribution|\bno healthy\b|no host|name or service not known",
)
_THING: Final = r"(?:results?|records?|rows?|documents?|docs|matches|items?|entries|entry|data|hits|articles?|products?|pages?|listings?|flights?|orders?|users?|customers?|information|content|answers?|passages?|chunks?|nodes?|events?|emails?|messages?|transactions?|issues?|tickets?|tracking|contacts?|accounts?|videos?|movies?|images?|restaurants?|hotels?|places?|locations?|recipes?|papers?|stories|tweets|posts|datasets?|files?|memories|sources?|match)"

RULES: Final = (
    Rule("retrieval_empty.observed", "retrieval_empty", "no_results", CLEAR + 5, names=("observedemptyresult",)),
    Rule(
        "retrieval_empty.404",
        "retrieval_empty",
        "record_not_found",
        CLEAR + 5,
        statuses=(404,),
        unless=(*_SETUP, r"not a function", r"method not found"),
        scopes=("tool",),
    ),
    Rule(
        "retrieval_empty.name",
        "retrieval_empty",
        "record_not_found",
        STRONG - 5,
        names=listed(
            """
            noresultfound doesnotexist objectdoesnotexist recordnotfound nosuchkey nosuchentity emptyresult
            noresults nodata entitynotfound itemnotfound usernotfound documentnotfound ordernotfound
            customernotfound zeroresults page emptysearchresult noresultsfound
            """
        ),
        scopes=("tool",),
    ),
    Rule(
        "retrieval_empty.not_found_name",
        "retrieval_empty",
        "record_not_found",
        STRONG - 5,
        names=("notfound", "resourcenotfound"),
        unless=_SETUP,
        scopes=("tool",),
    ),
    Rule(
        "retrieval_empty.none_text",
        "retrieval_empty",
        "no_results",
        STRONG - 4,
        patterns=(
            rf"\b(?:no|zero|0) (?:[\w-]+ ){{0,3}}?{_THING} (?:\w+ ){{0,3}}?(?:found|returned|available|matched|match|matching|exists?|retrieved)\b",
            r"\b(?:no|zero|0) (?:[\w-]+ ){0,2}?(?:results?|matches|hits|records?|rows?|documents?)\b(?: (?:for|in|from|were|match)|[.!]?$)",
            r"\b(?:could not|couldn't|cannot|can't|unable to|did not|didn't|failed to) find (?:any|a|an|the|this|that|your|matching|anything|relevant)\b",
            r"\bnothing (?:was |could be )?found\b|\bfound nothing\b",
            rf"\bno (?:[\w-]+ ){{0,2}}?{_THING} match(?:es|ed|ing)?\b|\bdid not match any (?:documents?|results?|records?|rows?|items?|entries|products?|articles?)\b|\bthere (?:are|were) no (?:[\w-]+ ){{0,2}}?{_THING}\b",
            r"\b(?:query|search|lookup|statement) (?:returned|found|yielded|gave) (?:no|0|zero|nothing)\b",
            r"\bno row was found\b|\bmatching query does not exist\b",
            rf"\b(?:returned|found|got|yielded|contains?) (?:no|0|zero|an? empty) (?:[\w-]+ ){{0,2}}?(?:{_THING}|list|set|response|array)\b",
            r"\b(?:empty|no) (?:result|results) ?(?:set|list)?$|\bempty result set\b|\bdoes not match any (?:pages?|records?|documents?|results?)",
            r"未(?:能)?(?:找到|查询到|检索到|搜索到|查到)",
            r"没有(?:找到|查询到|检索到|相关|符合)",
            r"查无|暂无(?:数据|相关)|无(?:搜索|查询|相关)结果|结果为空",
            r"見つかりません|該当する.{0,12}(?:ありません|なし)|結果(?:は|が)ありません",
            r"no se (?:encontr|han encontrado)|sin resultados",
            r"keine (?:\w+ )?(?:ergebnisse|treffer|daten)|nicht gefunden",
            r"aucune? (?:\w+ )?(?:résultat|donnée|document)|introuvable",
            r"nenhum(?:a)? (?:\w+ )?(?:resultado|registro|dado)|não (?:foi )?encontrad",
            r"ничего не найдено|не найден|нет результатов",
            r"(?:결과|데이터)가 없|찾을 수 없",
        ),
        unless=_SETUP,
        scopes=("tool",),
    ),
    Rule(
        "retrieval_empty.record_text",
        "retrieval_empty",
        "record_not_found",
        CLEAR,
        patterns=(
            r"^(?:error: |error |['\"{}\w ]{0,30}: ?['\"])?[\w '\"#:.@-]{1,60}\b(?:not found|does not exist|doesn't exist|cannot be found|could not be found)\b['\".! ]*(?:or |in |for |with |by |[}\]]|$)",
            r"['\"](?:message|msg|error|detail|reason)['\"]\s*:\s*['\"][\w '#:.@-]{1,60}\b(?:not found|does not exist|could not be found)\b",
            r"\bdoes not exist or you (?:do not|don't) have (?:permission|access)\b",
        ),
        unless=(*_SETUP, r"model .{0,80}does not exist"),
        scopes=("tool",),
    ),
    Rule(
        "retrieval_empty.run_text",
        "retrieval_empty",
        "no_results",
        LIKELY,
        patterns=(
            r"^(?:\w+: )?(?:retriev\w+|search|lookup|query|knowledge base|vector store)\b.{0,60}\b(?:returned|found|gave|produced) (?:no|0|zero|empty|nothing)\b",
            r"^no (?:relevant )?(?:documents|results|context|passages) (?:were )?(?:found|retrieved)\b",
        ),
        scopes=("run", "guardrail"),
    ),
)


def _cause(code: str, title: str, description: str) -> Cause:
    return Cause(
        "retrieval_empty",
        code,
        title,
        description,
        (
            "Repeat {ref} with the same arguments ({arguments}) against {target} and see whether it is still empty.",
            "Check whether what was asked for exists in the data behind {target} of environment {environment}.",
            "Read how {agent} made those arguments: filters, spelling, identifiers taken from earlier steps.",
        ),
        "Make the query of {target} match what is stored (identifiers, filters, index), and give {agent} a path for an empty answer: widen the query, ask, or say that there is nothing.",
        (
            ActionTemplate(
                "code_change",
                "Handle an empty answer of {target}",
                "When {target} gives nothing, let {agent} widen the query or ask for a better identifier instead of going on without data.",
                "agent-team",
                "high",
                5,
            ),
            ActionTemplate(
                "test",
                "Check what {target} finds",
                "Keep a small set of queries that {target} must answer, and run it after every change of the data or the index.",
                "data-team",
                "medium",
                10,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "no_results",
        "{target} found nothing",
        "{where} gave no result, so the agent had no data to go on with. It answered {quote}.",
    ),
    _cause(
        "record_not_found",
        "{target} did not find the record",
        "{where} asked{status} for a record that {target} does not have. It answered {quote}.",
    ),
)
