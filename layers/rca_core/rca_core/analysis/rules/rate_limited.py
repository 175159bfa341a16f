"""A limit on requests, tokens or money was reached."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, STRONG, ActionTemplate, Cause, Rule, listed

_NOT_A_RATE: Final = (
    r"message larger than max",
    r"\bdisk quota",
    r"\bstorage'",
    r"\bsetitem\b",
    r"out of memory",
    r"memory limit",
)

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
            """
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
        unless=_NOT_A_RATE,
    ),
    Rule(
        "rate_limited.balance",
        "rate_limited",
        "quota_exhausted",
        CLEAR,
        patterns=(r"^(?:[\w.]+: )?insufficient (?:account )?(?:balance|credits?|quota)\b",),
        scopes=("run",),
    ),
    Rule("rate_limited.model_payment", "rate_limited", "quota_exhausted", CLEAR, statuses=(402,), scopes=("run",)),
    Rule(
        "rate_limited.payment_required",
        "rate_limited",
        "quota_exhausted",
        CLEAR,
        statuses=(402, 432),
        patterns=(r"credit|balance|quota|limit|billing|payment|funds",),
    ),
    Rule(
        "rate_limited.quota_text",
        "rate_limited",
        "quota_exhausted",
        DECISIVE + 1,
        patterns=(
            r"\bexceeded your (?:\w+ ){0,2}quota\b",
            r"\bquota\b.{0,40}\b(?:exceeded|exhausted|reached|used up)\b",
            r"\b(?:exceeds?|exceeded|reached|hit|over|used up) (?:your|the|its|my|this) [\w' ]{0,30}?(?:quota|usage limit|plan limit|spend(?:ing)? limit|credit limit|monthly limit|daily limit|weekly limit)",
            r"\byou(?:'|’)?(?:ve| have) (?:hit|reached|exceeded) your [\w -]{0,25}limit\b",
            r"\b(?:usage|spend(?:ing)?|credit|daily|weekly|monthly) limit (?:of .{1,30}? )?(?:\w+ ){0,3}(?:reached|exceeded|hit)\b",
            r"\b(?:reached|hit|exceeded) (?:the|your|its|our|this) (?:[\w-]+ ){0,3}?(?:free tier|tier|daily|hourly|weekly|monthly|api|requests?|calls?|usage|plan|account|subscription|search(?:es)?|query|queries) limits?\b",
            r"\b(?:credit )?balance is too low\b",
            r"\b(?:out of|insufficient|not enough|ran out of|no remaining) (?:api )?credits?\b",
            r"\binsufficient (?:account |api )?balance\b.{0,40}(?:recharge|top.?up|account|api|error)",
            r"额度.{0,6}(?:用尽|用完|耗尽|不足|超)",
            r"配额.{0,6}(?:用尽|用完|耗尽|不足|超)",
            r"余额不足",
            r"欠费",
            r"クォータ",
            r"cuota (?:\w+ ){0,3}(?:excedida|agotada|superada)",
            r"(?:kontingent|guthaben) (?:\w+ ){0,2}(?:überschritten|aufgebraucht|erschöpft)",
            r"quota (?:dépassé|atteint)",
        ),
        # A limit on the business at hand: of an account, a card, an order.
        unless=(*_NOT_A_RATE, r"\b(?:transfer|payment|withdrawal|amount|purchase|transaction)s? (?:would )?exceeds?\b"),
    ),
    Rule(
        "rate_limited.text",
        "rate_limited",
        "throttled",
        STRONG,
        patterns=(
            r"\brate[ _-]?limit(?:s|ed|ing)?\b.{0,40}\b(?:exceeded|reached|hit|error|exceed)\b",
            r"\b(?:exceeded|exceeds?|exceeding|reached|hit|hitting|over) .{0,50}\b(?:rate|request|call|concurrency)[ _-]?limits?\b",
            r"\b(?:is|are|was|were|been|being|got) (?:temporarily )?rate[ _-]?limited\b|^(?:error: )?rate[ _-]?limited?\b",
            r"\btoo many (?:\w+ )?requests\b",
            r"\btoo many tokens, please wait",
            r"\bthrottl(?:ed|ing)\b.{0,60}\b(?:request|call|rate|exceed|retry|exception|limit)|\b(?:request|call|api|invocation)s? (?:\w+ ){0,3}throttled\b",
            r"\b(?:request|call|query|api) rate (?:\w+ ){0,3}(?:exceeded|too (?:high|large|fast))",
            r"\b(?:requests?|calls?|tokens|queries) per (?:second|minute|min|hour|day)\b.{0,60}(?:exceed|reached|retry)|\b(?:exceed\w*|reached)\b.{0,60}\b(?:requests?|calls?|tokens|queries) per (?:second|minute|min|hour|day)\b",
            r"maximum number of (?:tokens|requests|calls) allowed within",
            r"\brate: wait\(n=\d+\) would exceed context deadline",
            r"\b(?:please slow down|reduce (?:your|the) request rate)\b|^(?:\w+: )?slow ?down\b|\bslow down your requests\b",
            r"\bspike arrest\b|\bflood control exceeded\b|\bconcurren(?:t|cy) (?:request |call )?limit (?:\w+ ){0,3}(?:exceeded|reached)",
            r"\bretry[- ]after['\"]?\s?[:=]\s?['\"]?\d",
            r"(?:请求|访问|调用|操作).{0,10}(?:过于频繁|太频繁|频繁)",
            r"频率.{0,6}(?:过高|超|限制)",
            r"限流",
            r"并发.{0,8}(?:超|过高|限制)",
            r"レート制限",
            r"リクエストが多すぎ",
            r"リクエスト数.{0,10}(?:超|上限)",
            r"demasiadas (?:solicitudes|peticiones)",
            r"límite de (?:velocidad|tasa|solicitudes|peticiones)",
            r"zu viele anfragen",
            r"trop de requêtes",
            r"muitas (?:solicitações|requisições)",
            r"limite de (?:taxa|requisições|requêtes|débit)",
            r"слишком много запросов",
            r"превышен лимит",
            r"요청이 너무 많",
        ),
        unless=(*_NOT_A_RATE, r"rate limiter wait returned an error: context deadline", r"request_limit of"),
    ),
)

CAUSES: Final = (
    Cause(
        "rate_limited",
        "throttled",
        "Rate limit reached at {target}",
        "{where} was refused{status} because {target} was asked too often: {quote}. The request itself is not what was refused; the pace is.",
        (
            "Read the rate-limit headers (limit, remaining, reset) of {target}'s answers around {when}.",
            "Count how many runs of {agent} called {target} in the same minute as {ref}.",
            "Check whether {ref} was retried at once or after a wait ({retries_note}).",
        ),
        "Wait as long as {target} asks, then retry with exponential backoff and jitter; limit how many calls of {target} run at once.",
        (
            ActionTemplate(
                "code_change",
                "Back off from {target} when it throttles",
                "Make {agent} honour Retry-After and retry {target} with exponential backoff and jitter, with a cap on attempts.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "change_config",
                "Bound concurrent calls to {target}",
                "Set a client-side limit for {target} below the one it enforces, or ask its owner for a higher one.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    ),
    Cause(
        "rate_limited",
        "quota_exhausted",
        "Quota used up at {target}",
        "{where} was refused{status} because the account's allowance at {target} is used up: {quote}. Retrying cannot succeed before the quota is raised or renewed.",
        (
            "Look up the usage and the limits of the account that {agent} uses at {target}.",
            "Check when the quota of {target} renews, and compare with {when}.",
        ),
        "Raise or renew the quota of {target}, or switch {agent} to an account that has some; stop retrying until then.",
        (
            ActionTemplate(
                "change_config",
                "Raise the quota at {target}",
                "Raise the plan or add credit for the account that {agent} uses at {target}.",
                "platform-team",
                "critical",
                1,
            ),
            ActionTemplate(
                "monitoring",
                "Alert before the quota of {target} runs out",
                "Track the usage of {target} against its quota and alert at a share that leaves time to act.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    ),
)
