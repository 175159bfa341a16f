"""A limit on requests, tokens or money was reached."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.languages import (
    EXCEEDED_ELSEWHERE,
    LIMIT_ELSEWHERE,
    QUOTA_ELSEWHERE,
    REQUESTS_ELSEWHERE,
    TOO_MANY_ELSEWHERE,
)
from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG, Rule, listed
from rca_core.analysis.rules.old_phrases import (
    OF_BUSINESS,
    PER_TIME,
    class_holding,
    either_order,
    quoted_code,
)
from rca_core.analysis.rules.rate_limited_causes import CAUSES

__all__ = ["CAUSES", "RULES"]

# Limits on what is kept or sent, not on how often or how much is asked.
_NOT_A_RATE: Final = (
    r"message larger than max",
    r"\bdisk quota",
    r"\bstorage'",
    r"\bsetitem\b",
    r"out of memory",
    r"(?:memory|recursion|stack|nesting|heap|file ?size|size|length|character|depth) (?:limit|quota)",
    r"\b(?:storage|disk|mailbox|drive|inbox|folder|vault) (?:space )?(?:is |quota |limit )?(?:full|quota|limit|exceed)",
    r"no space left",
    r"bytes (?:billed|scanned)",
    r"\bquota\w* (?:of|for) .{0,30}(?:storage|disk|bytes)\b",
    # A run's own bound on its calls, and news about a limit.
    r"\b(?:tool|llm|model|agent|consecutive)[ _-]?calls?|\brequest_limit of|llmcalls|toolcall",
    r"\b(?:raised|increased|changed|updated|lowered|set) (?:to|from)\b|\b(?:limit|quota)\b.{0,40}\bis now\b",
)
_NOT_CREDIT: Final = (
    OF_BUSINESS,
    r"\b(?:sales|import|export|fishing|emission|hiring|production) quotas?\b|\b(?:customers?|merchants?|payouts?|sellers?|campaign|employees?|students?|buyers?|cost cent\w+)\b",
    r"\bstore credits?\b|\bcourse\b|\bdegree\b|\bgraduat\w+|\bacademic|loyalty|\bgift\b",
)

_ASKED: Final = r"(?:requests?|calls?|quer(?:y|ies)|invocations?|hits|lookups|search(?:es)?|operations?|transactions|messages|tokens?|questions|updates|connections|executions|images|emails|credits|units|tasks|jobs|uploads|downloads|writes|reads|rpm|tpm|qps|tps|rps)"
_ALLOWANCE: Final = r"(?:quotas?|free[- ]tier|free[- ](?:plan|quota|usage|requests?|searches)|allotment|usage (?:limit|cap|allowance)|spend(?:ing)?[ _](?:limit|cap|budget)|credit limit|fair[- ]use|(?:hourly|daily|weekly|monthly|per-day)[ _](?:[\w-]+ ){0,3}?(?:limit|cap|allowance|usage|credits?|requests|calls|searches|spend)s?|(?:plan|subscription|tier|trial|api|workspace|compute|inference)(?:'s)? (?:[\w-]+ ){0,2}?(?:limit|cap|allowance|usage|allocation)s?|(?:account|search(?:es)?|query|queries|requests?|calls?) limits)"
_OVER: Final = r"(?:exceed(?:s|ed|ing)?|exhaust(?:ed|s)|reached|reaching|hit|hitting|over|used(?: up)?(?: all)?(?: of)?|consumed|depleted|(?:run|ran|runs|running|are|is)? ?out of|beyond|surpass(?:ed|es)|maxed out|went over|used all)"
_SPENT: Final = r"(?:exceed(?:s|ed|ing)?|exhaust(?:ed|ion)|reached|hit|used up|consumed|depleted|surpassed|overrun|spent|ran out|finished|breached|insufficient|run out)"
_PACE: Final = r"(?:rate|requests?|api|calls?|quer(?:y|ies)|throughput|bandwidth|concurrency|concurrent|ratelimit|concurrent (?:\w+ )?(?:requests?|calls?|quer(?:y|ies)|jobs?|executions?|sessions?)|simultaneous (?:requests?|quer(?:y|ies))|tps|qps|rpm|tpm|rps|tpd|rpd|request frequency|access frequency|parallel\w*|burst|tokens?[ -]per[ -](?:minute|day)|invocation)"

_RATE_CODES: Final = r"rate_?limit_?(?:ed|ing|error|exceeded|exception|reached|hit|policy)|throttl(?:ing|ed|e)_?(?:\w{0,20}(?:error|exception|quota|exceeded|limit))?|too_?many_?(?:\w{1,20}_?)?(?:requests|calls|queries|tokens|invocations)|over_?(?:query|request|rate)_?limit|(?:request|call|query|queries|rpm|tpm|rpd|tpd|qps|tps|concurrency|rate|api|calls|requests|daily|hourly)_?(?:rate_?)?limit_?(?:exceeded|reached|hit)|rate_?exceeded|request_?throttled|spike_?arrest|(?:usage|request|rate|monthly|daily|api)_?cap_?(?:exceeded|reached)"
_QUOTA_CODES: Final = r"(?:over|insufficient|exceeded|out_?of)_?quota|quota_?(?:\w{0,12}_?)?(?:exceeded|exhausted|reached|limit|violation)|(?:insufficient|no|out_?of|not_?enough)_?credits?(?!_?card)|credits?_?(?:exhausted|depleted|error|exceeded|required)|(?:spend|cost|billing|hard|soft|monthly|daily|usage|plan)_?(?:hard_?|soft_?)?(?:budget|limit|cap)_?(?:exceeded|reached|hit)|exceeded_?budget|billing_?not_?active|balance_?(?:too_?low|insufficient|exhausted)|arrearage"

RULES: Final = (
    Rule(
        "rate_limited.status",
        "rate_limited",
        "throttled",
        DECISIVE,
        statuses=(429,),
        unless=(r"rate limiter wait returned an error: context deadline",),
    ),
    Rule(
        "rate_limited.name",
        "rate_limited",
        "throttled",
        STRONG + 5,
        names=listed(
            """
            ratelimit ratelimited ratelimitexceeded ratelimitreached toomanyrequests throttling throttled
            throttle requestthrottled requestlimitexceeded provisionedthroughputexceeded slowdown
            userratelimitexceeded dailylimitexceeded secondaryratelimit floodwait retryafter bucketthrottled
            requestratetoolarge apiratelimit rpmlimitexceeded tpmlimitexceeded servicequotaexceeded
            overquerylimit toomanyqueries toomanysimultaneousqueries querylimitexceeded calllimitexceeded
            """
        ),
        unless=_NOT_A_RATE,
    ),
    Rule(
        "rate_limited.code",
        "rate_limited",
        "throttled",
        STRONG + 4,
        patterns=(
            class_holding(_RATE_CODES),
            quoted_code(_RATE_CODES),
            rf"\b(?:{_RATE_CODES})\w*(?:exception|error)\b",
        ),
        unless=_NOT_A_RATE,
    ),
    Rule(
        "rate_limited.resource_exhausted",
        "rate_limited",
        "throttled",
        CLEAR,
        names=("resourceexhausted", "limitexceeded"),
        unless=(*_NOT_A_RATE, r"exceeds? (?:the )?max", r"too large", r"message size"),
    ),
    Rule(
        "rate_limited.quota_code",
        "rate_limited",
        "quota_exhausted",
        DECISIVE + 1,
        names=listed(
            """
            insufficientquota quotaexceeded billinghardlimitreached overquota usagelimitreached
            quotaexhausted insufficientbalance creditbalancetoolow outofcredits billingnotactive
            paymentrequired monthlylimitreached
            """
        ),
        unless=(*_NOT_A_RATE, *_NOT_CREDIT),
    ),
    Rule(
        "rate_limited.quota_morpheme",
        "rate_limited",
        "quota_exhausted",
        STRONG + 5,
        patterns=(class_holding(_QUOTA_CODES), quoted_code(_QUOTA_CODES)),
        unless=(*_NOT_A_RATE, *_NOT_CREDIT),
    ),
    Rule(
        "rate_limited.key_budget",
        "rate_limited",
        "quota_exhausted",
        STRONG,
        patterns=(
            either_order(
                r"\b(?:api|key|llm|model|provider|virtual|proxy|max_budget|token|litellm)\b|\bspend=",
                r"\b(?:over|exceed\w*|exhausted) (?:[\w$.-]+ ){0,3}budget\b|\bbudget (?:\w+ ){0,3}(?:exceeded|exhausted|reached|used up|spent)\b",
            ),
            r"\bbudget ?exceeded\b.{0,60}\b(?:max budget|current cost|spend=)",
        ),
        unless=(OF_BUSINESS, r"wall-?clock|\btime\b|thinking|reasoning|iteration|\bsteps?\b|retry|context|department"),
    ),
    Rule(
        "rate_limited.balance",
        "rate_limited",
        "quota_exhausted",
        STRONG,
        patterns=(
            r"^(?:[\w.]+: )?insufficient (?:account )?(?:balance|credits?|quota)\b",
            r"\binsufficient[ _](?:account[ _])?(?:balance|credits?|quota|funds)\b.{0,80}\b(?:billing|top.?up|recharge|api|credits)",
        ),
        scopes=("run",),
        unless=_NOT_CREDIT,
    ),
    Rule(
        "rate_limited.model_payment",
        "rate_limited",
        "quota_exhausted",
        CLEAR,
        statuses=(402,),
        scopes=("run",),
        unless=(OF_BUSINESS, r"declined"),
    ),
    Rule(
        "rate_limited.payment_required",
        "rate_limited",
        "quota_exhausted",
        STRONG - 2,
        statuses=(402, 432),
        patterns=(r"credit|balance|quota|limit|billing|payment|funds",),
        unless=(OF_BUSINESS, r"\bcards?\b|declined|\bcustomer"),
    ),
    Rule(
        "rate_limited.quota_text",
        "rate_limited",
        "quota_exhausted",
        DECISIVE + 1,
        patterns=(
            r"\b(?:exhausted|used up|hit|reached|exceeded) (?:your|the|its) (?:\w+ ){0,2}(?:capacity|quota|allowance)\b|\b(?:quota|allowance|limit|usage) (?:will |is |are )?(?:reset|renew|refresh)s?\b.{0,12}\b(?:after|in|at|on)\b",
            rf"\b{_OVER} (?:[\w'’-]+ ){{0,5}}?{_ALLOWANCE}\b",
            rf"\b{_ALLOWANCE}\b.{{0,40}}?(?<!not )\b{_SPENT}\b",
            r"\byou(?:'|’)?(?:ve| have) (?:hit|reached|exceeded) your [\w -]{0,25}limit\b",
            rf"\b(?:run|ran|running|are|is|be) out of (?:[\w-]+ ){{0,3}}(?:requests|api calls|calls|searches|queries|credits?|units|executions|quota|compute)\b|\b(?:no|0|zero) (?:more |remaining |free |api )*(?:requests|calls|searches|queries|credits|units|quota) (?:are )?(?:left|remain\w*|available)\b|\bused (?:up )?all (?:of )?(?:your|the|its) (?:[\w-]+ ){{0,4}}{_ASKED}\b",
            r"\bcredit balance\b|\bbalance is too low\b|\b(?:insufficient|not enough|no remaining|no more|zero) (?:\w+ ){0,2}quota\b|\A\W*(?:\{['\"][\w ]{1,30}['\"]: ?['\"])?limit reach(?:ed)?\b.{0,20}\bupgrade",
            r"\b(?:out of|insufficient|not enough|run out of|ran out of|no remaining|no|lacks?|enough|more|add|buy|purchase) (?:(?:api|prepaid|account|remaining|available|usage|free) )*credits\b|\b(?:out of|insufficient|no) (?:api )?credit\b",
            r"\bcredits? (?:\w+ ){0,4}(?:exhausted|depleted|used up|ran out|too low|insufficient|exceeded)\b",
            r"\binsufficient (?:account |api )?balance\b.{0,40}(?:recharge|top.?up|account|api|error)",
            rf"\b(?:max(?:imum)?|all|monthly|daily) (?:number of |amount of )?(?:[\w-]+ ){{0,3}}?{_ASKED} (?:\w+ ){{0,3}}(?:this|per|for the|for this) (?:billing |current )?(?:day|month|week|period|cycle|hour)\b.{{0,40}}{_SPENT}",
            r"(?:额度|余额|配额|次数|流量包|套餐|資源包|点数).{0,8}(?:用尽|用完|耗尽|不足|超限|超|已达|上限)",
            r"欠费",
            r"クォータ|(?:利用|使用|無料)(?:枠|上限|制限).{0,12}(?:超|達し)|クレジット.{0,6}(?:不足|残高)",
            r"할당량.{0,12}(?:초과|소진)|(?:사용|호출|요청)\s?(?:한도|량).{0,8}(?:초과|소진)|크레딧.{0,6}부족",
            either_order(QUOTA_ELSEWHERE, EXCEEDED_ELSEWHERE, r"(?:\W{1,3}\w{1,24}){0,4}?\W{1,3}"),
        ),
        unless=(
            *_NOT_A_RATE,
            *_NOT_CREDIT,
            r"\b(?:payment|amount|purchase|transaction)s? (?:would )?exceeds?\b",
            r"\btoken limit",
        ),
    ),
    Rule(
        "rate_limited.text",
        "rate_limited",
        "throttled",
        STRONG,
        patterns=(
            r"(?:太|过于|過於)频繁|\b(?:tier|account|plan|deployment|key) capacity (?:is |was |has been )?(?:exceeded|reached|exhausted)\b|\bservice tier capacity\b",
            r"\brate[ _-]?limit(?:s|ed|ing|er)?\b.{0,40}\b(?:exceeded|reached|hit|error|exceed\w*|breached|wait|again|429)\b",
            rf"\b(?:exceed\w*|reached|hit|hitting|over|beyond|above|out of|max(?:imum)?) (?:[\w'’-]+ ){{0,6}}?{_PACE}[ _-](?:[\w-]+ ){{0,2}}?(?:limit|cap|threshold|ceiling)s?\b",
            rf"\b{_PACE}[ _-](?:[\w-]+ ){{0,2}}?(?:limit|cap|threshold|ceiling)s?\b.{{0,40}}?\b(?:exceed\w*|reached|hit|breached|surpassed)\b",
            r"\b(?:is|are|was|were|been|being|got) (?:temporarily )?rate[ _-]?limited\b|^(?:error: )?rate[ _-]?limited?\b|::rate_limited\b",
            r"\btoo many (?:[\w-]+ ){0,3}(?:requests?|calls|queries|invocations|hits|operations|executions|lookups|searches|pings)\b",
            r"\btoo many (?:concurrent|simultaneous|parallel|in-flight|outstanding) (?!connections)\w+",
            r"\btoo many tokens, please wait",
            r"\bthrottl(?:ed|ing)\b.{0,60}\b(?:request|call|rate|exceed|retry|exception|limit)|\b(?:request|call|api|invocation)s? (?:\w+ ){0,3}throttled\b|\bthrottled (?:by|due|because|at|after|for|,|;|-)",
            r"\b(?:request|call|query|api|write|read|message|send(?:ing)?) (?:rate|frequency|freq)\b (?:\w+ ){0,3}(?:exceed\w*|(?:too |very )?(?:high|large|fast)\b|out of|limit\w*|control)|\brate exceeded\b|\bfreq(?:uency)? (?:is )?(?:out of limit|limit|control|too high)|\bexceed\w* (?:the |its |your )?(?:\w+ ){0,3}rate\b",
            r"\b(?:request|call|quer|api|send|messag|post|access|call|tr(?:y|ied))\w*\b.{0,30}\btoo (?:fast|frequent(?:ly)?|quickly|often|rapidly)\b|\btoo frequent (?:\w+ )?(?:requests?|calls|access|operations?)",
            rf"\b(?:limit\w*|max\w*|allow\w*|exceed\w*|only|cap|capped|up to|more than|over|quota|restrict\w*|permit\w*|{EXCEEDED_ELSEWHERE})\b.{{0,40}}?\b\w{{0,30}}?{_ASKED}{PER_TIME}",
            rf"\b\w{{0,30}}?{_ASKED}{PER_TIME}.{{0,60}}?\b(?:limit\w*|exceed\w*|reached|quota|allowed|{EXCEEDED_ELSEWHERE}|retry|slow down)",
            rf"\b{_ASKED} (?:quota|limit|allowance) (?:\w+ ){{0,3}}(?:per|for) (?:\w+ )?(?:second|minute|hour|day)\b|\bmaximum number of {_ASKED} (?:allowed )?(?:within|per|in|for)\b",
            r"\b(?:usage|monthly|daily|request|product|api|account) cap\b|\busagecapexceeded\b",
            r"\b(?:exceed\w*|reached|hit|over|beyond|above)\b.{0,30}?\b(?:max\w*|limit|allowed|permitted|number) (?:number |amount |count )?(?:of )?(?:[\w-]+ ){0,3}?(?:requests|api calls|calls|queries|invocations|lookups|searches|hits)\b|\bnumber of (?:[\w-]+ ){0,3}?(?:requests|calls|queries|searches)\b.{0,40}?\bexceed\w*",
            r"\bexceed\w*\b.{0,30}\b(?:concurrency|throughput|resource usage)\b|\bexceed\w*\b.{0,20}['\"`]max_\w{2,40}['\"`] (?:resource|limit)",
            r"\brate: wait\(n=\d+\) would exceed context deadline",
            r"\b(?:please slow down|reduce (?:your|the) (?:request|call|query) (?:rate|frequency)|reduce (?:your )?concurrency)\b|^(?:\w+: )?slow ?down\b|\bslow down (?:your )?requests?\b|\b(?:sending|making) requests too\b",
            r"\bspike arrest\b|\bflood (?:control|wait)\b|\ba wait of \d+ seconds is required\b|\bconcurren(?:t|cy) (?:\w+ ){0,3}limit (?:\w+ ){0,3}(?:exceeded|reached)",
            r"\b(?:temporarily |being )?(?:blocked|banned|locked out) (?:for|due to|because of) (?:\w+ ){0,3}(?:requests|calls|queries|attempts|traffic)\b",
            r"\bretry[- ]after['\"]?\s?[:=]\s?['\"]?\d",
            r"(?:请求|访问|调用|操作|查询|接口|发送).{0,10}(?:过于频繁|太频繁|频繁|过多|过快|超限|次数超|超过.{0,4}(?:限制|上限)|达到上限|受限)",
            r"(?:频率|频次|qps|tps|并发).{0,8}(?:过高|超|限制|达到)|限流|触发.{0,6}(?:限速|流控)",
            r"レート(?:制限|リミット)|リクエスト.{0,12}(?:多すぎ|超過|上限|超え)|(?:呼び出し|api|の?利用|使用)(?:回数|制限|量|枠).{0,10}(?:超|上限|達)|同時.{0,6}(?:上限|制限)",
            r"요청이 너무 많|너무 많은 요청|(?:요청|호출|사용)\s?(?:제한\s?)?(?:횟수|건수)\S{0,3}.{0,10}초과|(?:속도|요청|호출) 제한",
            rf"{TOO_MANY_ELSEWHERE} (?:\w+ ){{0,2}}?{REQUESTS_ELSEWHERE}",
            rf"(?:{EXCEEDED_ELSEWHERE}|{LIMIT_ELSEWHERE}).{{0,25}}?{LIMIT_ELSEWHERE}.{{0,20}}?\b{REQUESTS_ELSEWHERE}",
            rf"{LIMIT_ELSEWHERE}.{{0,40}}?\b{REQUESTS_ELSEWHERE}.{{0,60}}?{EXCEEDED_ELSEWHERE}|\b{REQUESTS_ELSEWHERE}.{{0,30}}?{LIMIT_ELSEWHERE}.{{0,30}}?{EXCEEDED_ELSEWHERE}",
            rf"\b(?:límite|limite|limiet|лимит) (?:de |d'|на )?(?:\w+ )?{REQUESTS_ELSEWHERE}",
            r"превышен лимит",
        ),
        unless=(
            r"\b(?:soql|dml|apex)\b",
            *_NOT_A_RATE,
            OF_BUSINESS,
            r"rate limiter wait returned an error: context deadline",
            r"\b(?:interest|exchange|tax|error|heart|frame|sample|failure) rate\b",
            r"(?:invalid|unknown|unsupported) (?:value|option|key|setting|parameter)",
            r"must be (?:at (?:most|least)|less|between|a positive)",
        ),
    ),
    Rule(
        "rate_limited.mentioned",
        "rate_limited",
        "throttled",
        LIKELY,
        patterns=(r"\brate[ -]?limit(?:ed|ing|s)?\b", r"\bthrottl(?:ed|ing)\b|\bthrottle\b.{0,60}\blimit\b"),
        unless=(
            *_NOT_A_RATE,
            OF_BUSINESS,
            r"rate limiter wait returned",
            r"(?:cpu|thermal) throttl",
            r"rate[ -]limit\w* (?:must|should|value|setting|config|rule|policy|is not|not|field|option|header)",
            r"(?:invalid|unknown|unsupported|missing|no|without|parse|read|load|set|create|update|delete|configure) (?:\w+ ){0,3}-{0,2}(?:rate[ -]?limit|throttl)",
        ),
    ),
)
