"""A lookup or a search gave nothing."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed
from rca_core.analysis.rules.retrieval_words import NOT_FOUND_ELSEWHERE, NOTHING_ELSEWHERE
from rca_core.analysis.rules.unrelated import COMPILER, TESTS

# Things whose absence is a fault of the set-up, not an empty answer.
_SET_UP_THINGS: Final = (
    r"(?:tool|function|command|module|model|deployment|column|table|relation|method|attribute|executable|endpoint|route"
    r"|template|index|host|hostname|certificate|driver|directory|package|library|plugin|schema|api version|resource group"
    r"|environment variable|tool output|tool_result|action|handler|operation|class|server|service|interpreter|locator"
    r"|selector|element|api key|credentials|token|binary|program|namespace|bucket|database|parameter|field|key|argument"
    r"|property)s?"
)
_SETUP: Final = (
    rf"\b{_SET_UP_THINGS}\b['\"]? ?(?!: not found)(?:[^\s]{{1,80}} ){{0,4}}(?:not found|does not exist|doesn't exist|could not be found)",
    r"\bno such (?:file|table|column|tool|function|module|host|command|index|device|container|image)\b",
    r"\bindex_not_found|\bcommand not found\b|\bpage not found\b|\bcannot (?:get|post|put|delete|patch) /|<html|<!doctype",
    r"\bwere found without\b|\bno tool output found\b|no matching distribution|\bno healthy\b|no host|name or service not known",
)
# Answers of business, of programs, and of a wire that say "no".
_NOT_A_LOOKUP: Final = (
    *COMPILER,
    *TESTS,
    r"\bno (?:[\w-]+ ){0,3}?(?:gpu|device|display|adapter|interpreter|compiler|licen[cs]e|config\w*|session|workspace|kernel|browser|server|host|worker|port|space|errors?|tables?|columns?|tools?|functions?|actions?|json|headers|rule|target)\b",
    r"\bno (?:data|response|message|content|reply) (?:was |has been )?(?:received|sent) (?:for|from|in|within)\b|\bno available (?:node|server|worker|deployment|capacity|gpu|channel)",
    r"\bno (?:\w+ )?deployments? (?:available|found)\b|\bno (?:such )?(?:element|option|overload|suitable|constructor|default|viable|method|handler|module|package|provider|backend|route|driver|matching (?:function|overload|constructor|distribution|version|package|manifest))\b",
    r"\bdid not match any file\(s\)|\bfailed to find (?:\w+ ){0,2}(?:package|module|binary|executable|free space)",
    r"\btool calls? (?:were |was )?found\b|\b(?:tool|function) (?:call|use)s? found\b|\b(?:find|found) (?:\S+ ){0,3}(?:in|from) (?:the )?(?:\w+ )?(?:output|response|completion|reply)\b|\bcontent between\b",
    r"^\S{0,20}(?:bash|zsh|dash|fish|/sh|ksh)(?:\.exe)?: |\b(?:polecenia|programu|pliku|modułu|fichier|fichero|archivo|arquivo|file|datei|bestand|soubor|dosya|komut|opdracht|comando|kommando)\b",
    r"\b(?:policy|policies|permission)s?\b",
    r"befehl nicht gefunden|commande introuvable|commande non trouvée|comando no encontrado|orden no encontrada|datei nicht gefunden|modul nicht gefunden|命令.{0,6}(?:未找到|不存在|找不到)|找不到(?:命令|模块|文件)|команда не найдена|コマンドが見つかりません",
    r"\bjson\b.{0,20}\btokens?\b|\bapi key\b|\bcredentials?\b|\bservice key\b|\bnot registered\b",
)
_THING: Final = r"(?:results?|records?|rows?|documents?|docs|matches|items?|entries|entry|data|hits|articles?|products?|pages?|listings?|flights?|orders?|users?|customers?|information|content|answers?|passages?|chunks?|nodes?|events?|emails?|messages?|transactions?|issues?|tickets?|tracking|contacts?|accounts?|videos?|movies?|images?|restaurants?|hotels?|places?|locations?|recipes?|papers?|stories|tweets|posts|datasets?|files?|memories|sources?|match|snippets?|papers|publications?|films?|books?|titles?|songs?|cities|city|addresses|address|companies|company|jobs|repositories|commits|branches|pull requests|deals|leads|invoices?|payments?|appointments?|slots|suppliers?|vendors?|facts|mentions?|references|candidates?|objects?|elements?|observations?|samples?|values?|prices?|quotes?|data ?points?|time ?series|entities|references|profiles?|tasks?|cards?|comments?|reviews?|photos?|podcasts?|episodes?|tracks?|species|compounds?|patents?|cases?|schedules?|trains?|routes?|stations?|stops?|vehicles?|properties|bookings?|reservations?|shipments?|parcels?|templates? matching|features?|coordinates)"
# A text to be replaced that a file does not hold is no record; an empty body is no answer.
_OF_AN_EDIT: Final = (
    r"\b(?:old_?str(?:ing)?|old_?text|search (?:text|string|block)|snippet|anchor|hunk|pattern|substring|text to (?:replace|find))\b",
    r"\b(?:json|xml|yaml) tokens?\b|\bhas no member\b",
)

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
    # A lookup of one record by its address or key.
    Rule(
        "retrieval_empty.404_text",
        "retrieval_empty",
        "record_not_found",
        CLEAR + 4,
        patterns=(
            r"\(404\) when calling\b|^(?:\w{1,40}: )?(?:http )?404:? (?:client error: )?not found\b|\bhttp(?:[ /]\d\.\d)? 404\b",
            r"['\"](?:code|status|type|error|reason|error_?code|errors?)['\"]\s*:\s*['\"](?:http )?(?:404 )?(?:not[ _]?found|no[ _]?data|zero[ _]?results|no[ _]?results|info-200|no[ _]?records?|empty[ _]?result)\b",
        ),
        unless=(*_SETUP, r"not a function", r"method not found"),
        scopes=("tool",),
    ),
    Rule(
        "retrieval_empty.name_parts",
        "retrieval_empty",
        "record_not_found",
        STRONG - 6,
        patterns=(
            r"(?:record|document|entity|item|row|object|user|customer|order|result|account|contact|ticket|issue|product|article|event|invoice|person|member|message|thread|task|project|dataset|symbol|ticker|blob|article|lead|deal|case|patient|book|movie|player|team|address|location|city|airport|flight|booking|shipment|trackingnumber|tracking|asset|video|channel|playlist|note|memory|node|vertex|series|search|query)s?_?(?:was_?)?not_?found(?:error|exception|fault)?\b",
            r"\b_?(?:no|zero|empty)_?(?:search_?|query_?)?(?:results?|data|rows?|records?|hits?|match(?:es)?|documents?|content|items?|entries|suchkey|such_key|such_?entity|such_?record|such_?object|such_?document|answer)_?(?:found|returned|available|in_?result_?set|data_?access)?_?(?:error|exception)?(?=[:'\"\s)\]]|$)(?<=[a-z]{6})(?<!no data)(?<!no results)(?<!no rows)(?<!no records)",
        ),
        unless=(*_SETUP, r"\bno answer from\b"),
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
            # A speaker has nothing; nothing of a name, a key or about a subject is there.
            rf"\b(?:hasn't|has not|haven't|have not|didn't|did not|doesn't|does not|couldn't|could not|failed to|never|not) (?:return|yield|produce|find|found|give|contain|retriev|match|locat|hav|hold|turn up|includ|list|know)\w* (?:any\b|(?:a|an) (?:single |matching )?{_THING}\b)",
            r"\b(?:could not|couldn't|cannot|can't|unable to|did not|didn't|failed to) (?:find|locate|retrieve|look up|get|fetch|resolve) (?:\S{1,30} ){0,2}?(?:\w+ )?(?:with|for|by|matching|named|where|having|under|in) (?:\S{1,40} ){0,2}?(?:id|key|name|number|query|this|that|the|code|sku|email|symbol|['\"`]|search)",
            r"\bno (?:\w+ )?(?:\w+ )?(?:titled|named|called|with (?:the |that |this |an? )?(?:id|name|title|key|code|number|slug|email|uuid|sku|isbn|handle|reference|criteria|value|query|filter)|under (?:the |that )?(?:name|id|number)|known as|listed (?:under|for)|on (?:file|record) (?:for|with)|that match(?:es)?|match(?:es)? (?:for|to|in|on|found|was|were|the))\b",
            rf"\b(?:no|zero|0|not any) (?:[\w'-]+ ){{0,4}}?{_THING} (?:were |was |are |is |could be |have been |has been |can be )?(?:found|returned|available|matched|retrieved|located|present|identified|fit(?:s|ting)?|satisf\w+|meet\w*|listed|recorded|stored|indexed|discovered|exist\w*|to (?:show|display|return)|above|below|within)\b",
            r"\b(?:results?|hits|matches|documents|records|rows|items|total(?:_?results)?|count|num_?found)\b['\"]? ?[:=] ?['\"]?(?:0|none|\[\])(?![\d.])\W*$|\b0 of \d+ (?:documents|records|rows|results|items)\b",
            r"['\"](?:keycount|totalresults|total_?results|total_?hits|num_?found|numberofresults|result_?count|hit_?count|records_?found|total_?count|total_?items|totalrecords)['\"]\s*:\s*['\"]?0\b|['\"]hits['\"]\s*:\s*\{\s*['\"]total['\"]\s*:\s*(?:\{\s*['\"]value['\"]\s*:\s*)?0\b",
            r"\b(?:search|query|lookup|filter|request|knowledge base|database|index|catalog(?:ue)?|collection|corpus|vector store|memory|archive|api|engine|registry|directory|kb)\b.{0,40}\b(?:came back|came up|returned|has|had|contains|contained|holds|yielded|gave|produced|brought|turned up|is|was|were) (?:up )?(?:with )?(?:nothing|empty(?:-handed)?|no (?:\w+ )?(?:results?|match(?:es)?|hits|entry|entries|records?|rows?|documents?|information|data)|blank|zero (?:\w+ )?(?:results?|hits|rows|matches|documents))\b",
            r"^\W{0,3}(?:sorry\W{1,3})?(?:an? )?empty (?:response|results?|list|set|answer|result set|id list|dataset|dataframe|page|collection)\b(?=\W*$| ?[.,:;(-])|\bno (?:\w+ ){0,3}hits\b|^no (?:results?|match(?:es)?|data|hits|records?|documents?)\b(?! (?:received|sent|was sent|written|set))|\bsequence contains no (?:matching )?elements?\b|\bdid not retrieve any\b",
            rf"\b{_THING}\b.{{0,40}}\bcould not be (?:matched|located|geocoded|found|identified)\b|\b(?:is|are|was|were) not (?:present |listed |contained |available |recorded )?in (?:the |our |this |your )?(?:\w+ )?(?:database|index|catalog(?:ue)?|collection|directory|knowledge base|records|corpus|crm|archive|data ?set|inventory system)\b",
            r"\b(?:don't|do not|doesn't|does not|has no|have no) (?:have )?(?:any |enough )?(?:\w+ )?(?:information|data|records?|details|knowledge|entry|entries|documents?) (?:about|on|for|regarding|concerning|matching|under)\b",
            rf"\bexpected (?:at least |exactly )?(?:one|1) (?:\w+ )?{_THING},? (?:but )?(?:found|got|received) (?:none|0|no|zero)\b",
            r"\bno (?:[\w'-]+ ){1,5}?(?:was |were |is |are )?(?:found|matched|located|retrieved|exists?) (?:for|with|in|under|at|matching|by|on|near|between|within)\b|\bno (?:entry|record|row|document|item|data|object|information|content|result) (?:for|under|with|in|at|about|on) \S",
            rf"\b(?:produced|gave|brought|delivered|surfaced) (?:no|zero|0) (?:[\w-]+ ){{0,2}}?{_THING}\b",
            r"\bno such (?:record|user|customer|account|document|order|product|article|entry|item|person|contact|member|ticket|issue|project|page|city|place|address|symbol|ticker|row|key|object)\b|\bno rows in result set\b|\bno data found\b|\bthe specified (?:key|blob|object|item|record) does not exist\b|\b(?:dns )?response does not contain an answer\b|\bpossibly delisted\b|\bmay be delisted\b",
            r"\b(?:nothing|no one|nobody|none) (?:\w+ ){0,3}?(?:match(?:es|ed|ing)?|found|fits|fit|known|relevant|available|turned up|came up|indexed|stored|on file|to show|to display)\b|\bnothing (?:about|on|for|under|like|in) (?:this|that|the|your)\b",
            r"\bunknown (?:symbol|ticker|city|location|customer|order|sku|isbn|place|station|airport|account|article)\b",
            r"未(?:能)?(?:找到|查询到|检索到|搜索到|查到)",
            r"(?:搜|找|查|检索)不到|没有(?:找到|查询到|检索到|搜索到|相关|符合|匹配|数据|记录|结果)|沒有(?:找到|符合|相關|資料|結果)|找不到|查無|無(?:資料|結果|符合)|无(?:数据|记录|匹配)|未(?:查|检索|搜)|不存在该|(?:订单|用户|客户|商品|记录|数据|文档|资源|账户|账号|产品|会员|项目|信息|运单|单号).{0,8}不存在|(?:注文|ユーザー|データ|レコード|商品|顧客).{0,10}存在しません",
            r"查无|暂无(?:数据|相关)|无(?:搜索|查询|相关)结果|结果为空",
            r"見つかりません|該当する.{0,12}(?:ありません|なし)|結果(?:は|が)ありません",
            r"no se (?:encontr|han encontrado)|sin resultados",
            r"keine (?:\w+ )?(?:ergebnisse|treffer|daten)|nicht gefunden",
            r"aucune? (?:\w+ )?(?:résultat|donnée|document)|introuvable",
            r"nenhum(?:a)? (?:\w+ )?(?:resultado|registro|dado)|não (?:foi )?encontrad",
            r"ничего не найдено|не найден|нет результатов",
            r"(?:결과|데이터|자료|정보|항목)[가이는은]? ?(?:없|존재하지)|찾을 수 없|찾지 못",
            rf"(?:{NOTHING_ELSEWHERE})",
            rf"(?:{NOT_FOUND_ELSEWHERE})",
        ),
        unless=(*_SETUP, *_NOT_A_LOOKUP, *_OF_AN_EDIT),
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
        unless=(*_SETUP, r"model .{0,80}does not exist", *_OF_AN_EDIT),
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
    Cause(
        "retrieval_empty",
        "target_not_found",
        "{target} did not find what it was to act on",
        "{where} was asked{status} to change something that {target} does not have. It answered {quote}.",
        (
            "Check where {agent} took the arguments ({arguments}) from: the request, a result, or nowhere.",
            "Check whether what was named exists in the data behind {target} of environment {environment}.",
            "Repeat {ref} with an identifier that is known to exist.",
        ),
        "Let {agent} look up what {target} is to act on, or ask for it, before it calls {target}; refuse identifiers that come from neither.",
        (
            ActionTemplate(
                "code_change",
                "Let {agent} act only on what it has seen",
                "Check before each call of {target} that the identifier stands in the request or in an earlier result.",
                "agent-team",
                "high",
                5,
            ),
            ActionTemplate(
                "test",
                "Ask {agent} for something that does not exist",
                "Keep a test in which what is to be changed is missing, and expect a question or a refusal.",
                "agent-team",
                "medium",
                10,
            ),
        ),
    ),
)
