"""Something took longer than it was given."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.languages import (
    ENDED_ELSEWHERE,
    TIME_ELSEWHERE,
)
from rca_core.analysis.rules.model import CLEAR, DECISIVE, STRONG, ActionTemplate, Cause, Rule, listed
from rca_core.analysis.rules.old_phrases import OF_BUSINESS, SPAN, class_holding, either_order, quoted_code

# Texts that speak of a timeout as a setting, a column or an API, where nothing timed out.
_NOT_A_TIMEOUT: Final = (
    r"timeout context manager|\btimeout (?:too (?:big|large|small|long|short)|cannot be|marker|timer)|\b(?:negative|positive|invalid|zero) timeout",
    r"no such column",
    r"column .{0,10}timeout",
    r"unexpected keyword argument",
    r"(?:unknown|invalid|unsupported|unrecognized) (?:\w+ )?(?:parameter|argument|option|field|property|value)",
    r"timeout['\"]? (?:must|should|value|parameter|is required|is not)",
    r"would exceed context deadline",
    r"\btimeout (?:value|argument|option|parameter|setting)\b.{0,60}\b(?:must|was|invalid|not|should|expected)",
    r"\b(?:model|server|engine|system) (?:is )?too busy",
)
# Dates of the matter at hand.
_NOT_A_WAIT: Final = (
    OF_BUSINESS,
    r"\bdelivery attempt|\bnobody\b",
    r"\b(?:cancell?ation|submission|registration|filing|enrol\w*|check-?in|rsvp|auction|bidding|entry|delivery|courier|driver|visitor|customer|order|invoice|voting|tax|appeal|cut-?off|checkout|payment) (?:\w+ )?(?:deadline|time|date|period|did not|didn't|has not|was not)",
)
_TIME: Final = r"(?:time-?outs?|time[ -]?limits?|deadlines?|time[ _-]budget|wall[- ]?(?:clock|time)(?: \w+)?|max(?:imum)?[ _](?:\w+[ _]){0,2}?(?:time|duration|runtime|latency|wait)|(?:execution|response|processing|wait(?:ing)?|query|statement|cpu|lock|elapsed|allotted|allowed|running)[ _-]?time(?: limit| budget| allowed)?|duration limit|run[ _]time|runtime limit|allowed runtime|time (?:allowed|allotted|quota|window))"
_TIME_CODES: Final = r"time_?d?_?out|deadline_?(?:exceeded|expired)|time_?limit_?(?:exceeded|reached)|timelimit|(?:execution|run|cpu|wall|wait|processing)_?time_?(?:limit_?)?exceeded"

RULES: Final = (
    Rule("timeout.gateway_status", "timeout", "gateway", DECISIVE, statuses=(504, 524)),
    Rule("timeout.status", "timeout", "request", STRONG, statuses=(408, 522)),
    Rule(
        "timeout.name",
        "timeout",
        "request",
        STRONG + 6,
        names=listed(
            """
            timeout readtimeout connecttimeout timeoutexpired apitimeout deadlineexceeded gatewaytimeout
            requesttimeout timedout sockettimeout servertimeout pooltimeout writetimeout etimedout
            esockettimedout executiontimeout tooltimeout tasktimedout connectiontimeout sockettimedout
            querytimeout modeltimeout steptimeout nodetimeout serverselectiontimeout lockwaittimeout
            operationtimedout toolexecutiontimeout agenttimeout asynctimeout softtimelimitexceeded
            timelimitexceeded workflowtimeout
            """
        ),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.gateway_text",
        "timeout",
        "gateway",
        DECISIVE,
        patterns=(r"\bgateway time-?out\b", r"\bupstream request timeout\b"),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.limiter_deadline",
        "timeout",
        "deadline_exceeded",
        STRONG,
        patterns=(r"\b(?:context )?deadline[ _]exceeded\b", r"\bdeadline (?:\w+ ){0,3}(?:exceeded|expired|passed)\b"),
        unless=(r"would exceed context deadline", *_NOT_A_WAIT),
    ),
    Rule(
        "timeout.text",
        "timeout",
        "request",
        STRONG - 3,
        patterns=(
            r"\b(?:reached|hit|exceeded|passed|over) (?:its|the|their|an?) (?:\w+ ){0,5}['\"`]?time-?out\b|\btime-?out of [\d,.]{1,12} ?\w{0,10}\b.{0,30}\b(?:cancel|abort|exceed|reach|expir|kill|terminat|elaps)\w*",
            r"(?<![a-z])timed[ _-]?out\b",
            r"\btimeout of \d+ ?(?:ms|s|sec|seconds?|min|minutes?|hours?)\b",
            r"\btime[ -]?out (?:error|exceeded|reached|expired|occurred|after|while|waiting|of \d|was reached|elapsed|period)\b|\btimeout(?:error)?\.{3}",
            r"\b(?:request|connection|read|connect|query|statement|execution|operation|socket|response|lock wait|i/o|call|tool|task|command|idle|server|step|navigation|script|keep-?alive|ping|heartbeat|handshake|pool|acquire|upload|download|page|network|client|gateway|upstream|backend|stream|inactivity|transaction|job|process|workflow|activity|worker|api|http|tcp|tls|rpc|polling|event|message|agent|model|node|session) time-?out\b",
            r"\bexceeded (?:the |its |a )?(?:[\w.-]+ ){0,4}?(?:timeout|time limit|deadline|time budget)\b|\b(?:timeout|time limit|time budget) (?:of .{1,20} )?(?:was |has been )?(?:exceeded|reached|expired|elapsed)\b",
            r"\btook too long\b|\bno (?:response|progress|answer|reply|output) (?:\w+ )?(?:within|after|for) \d|\bexceed\w* (?:the |its )?max(?:imum)? (?:\w+ ){0,2}?(?:time|duration|runtime)\b|\bdid not (?:respond|complete|finish|return|answer) (?:with)?in\b",
            rf"\b(?:did|does|could|was|were|has|have|do|is|are)(?:n't| not| never) (?:yet )?(?:\w+ ){{0,4}}?(?:respon\w+|complet\w*|finish\w*|return\w*|answer\w*|repl(?:y|ied)|start\w*|load\w*|become|reach\w*|arriv\w*|appear\w*|connect\w*|ready|end(?:ed|s)?|terminat\w*|stop\w*|acquir\w*|acknowledg\w*|obtain\w*|exit\w*|available|receive\w*|produce\w*|send|sent|succeed|settle|resolve\w*|stabili[sz]e|converge|yield|emit)\b.{{0,40}}?\b(?:with?in|in|after|before|for|under|by) (?:the )?(?:[\w-]+ ){{0,4}}?(?:{SPAN}|{_TIME}|(?:allotted|given|expected|allowed|configured|specified|required) (?:time|period|window))",
            rf"\b(?:stall(?:ed|ing)|idle|hung|hanging|stuck|unresponsive|silent|inactive|frozen|blocked|no (?:[\w-]+ ){{0,2}}?(?:data|responses?|activity|output|heartbeats?|progress|reply|replies|answer|messages?|bytes|pings?|pongs?|chunks?|events?|tokens?|updates?|keep-?alives?|acks?|acknowledge?ment|traffic|result|packets?)(?: \w+){{0,4}}?)\b:?,? (?:[\w-]+ ){{0,3}}?(?:for|after|in|with?in|over|since|longer than|more than|during) (?:the )?(?:[\w-]+ ){{0,3}}?{SPAN}",
            rf"\b(?:took|taking|takes|ran|running|runs|waited|waiting|elapsed|lasted|exceeded)\b.{{0,30}}?\b(?:too long|longer than|more than|over|exceed\w*|beyond|past)\b.{{0,30}}?(?:{SPAN}|{_TIME}|\blimit|allowed|to (?:respond|complete|finish|process|execute|load))",
            r"\b(?:exceed\w*|reached|hit|over|beyond) (?:[\w'-]+ ){0,3}?\d[\d.,]*[ -]?(?:ms|s|sec|seconds?|minutes?|min)[ -](?:\w+ )?(?:limit|maximum|time|timeout|deadline|budget|cap)\b",
            rf"\b(?:exceed\w*|reached|hit|past|over|ran out of|out of|beyond|used up|surpass\w*|passed|breach\w*) (?:[\w.'-]+ ){{0,5}}?{_TIME}\b|\b{_TIME}\b (?:\S+ ){{0,4}}?(?:exceeded|expired|elapsed|reached|passed|exhausted|ran out|was hit|hit|surpassed|fired|triggered|over|is up|has run out)\b",
            rf"\b(?:abort(?:ed|ing)|kill(?:ed|ing)|cancell?(?:ed|ing)|terminat(?:ed|ing)|gave up|giving up|give up|expired|waited|quit|bailed|dropped|no longer waiting|timed) (?:\w+ ){{0,4}}?(?:after|for) (?:\w+ ){{0,3}}?{SPAN}|\bafter (?:waiting |{SPAN} of waiting|waiting for )(?:for )?(?:\w+ )?{SPAN}|\bexit(?:ed with)?(?: code| status)?:? 124\b",
            rf"\b(?:unable to|failed to|could not|cannot|couldn't) (?:\w+ ){{1,6}}?with?in (?:the )?(?:[\w-]+ ){{0,4}}?(?:{SPAN}|{_TIME}|(?:allotted|given|allowed) (?:time|period))|\btime (?:has )?(?:expired|ran out|elapsed|is up|'s up)\b|\b(?:slow|long)[- ]running (?:query|request|script) (?:was )?(?:killed|aborted|cancell?ed|terminated)|\bmaximum statement execution time\b|\bquery execution was interrupted\b.{{0,40}}time|\block wait\b.{{0,30}}(?:exceed|time)|\boperation was cancell?ed\b.{{0,60}}\b(?:elapsing|timeout|elapsed)|\bmax_(?:statement|execution)_time\b.{{0,20}}(?:exceed|interrupt)|\btask timed\b",
            r"\baborted due to time-?out\b|\bcancell?(?:ed|ing) (?:\w+ ){0,2}due to (?:\w+ )?timeout\b|\btimeout,? (?:aborting|giving up|cancelled|terminated)",
            r"超时|逾时|逾時|超出.{0,20}(?:时间|time|期限|时限)|(?:时间|時間|时限|期限).{0,6}(?:超过|超出|超過|已到|用完|已过|耗尽)|超过.{0,10}(?:时间|时限|秒|分钟)|未(?:能)?在.{0,14}内.{0,8}(?:完成|响应|返回|结束)|在.{0,12}内(?:没有|未|无法).{0,4}(?:完成|响应|返回)|长时间(?:无|未|没有)响应",
            r"タイムアウト|時間(?:切れ|超過)|時間内に.{0,12}(?:ません|なか|でき)|(?:秒|分)(?:以内|間).{0,14}(?:応答|完了|返).{0,8}(?:ません|なか|なし|でき)|応答が?(?:ありません|なし|返ってき)|制限時間",
            r"시간.{0,6}초과|제한 ?시간|타임 ?아웃|(?:초|분)\s?(?:이내|내|동안).{0,14}(?:응답|완료).{0,10}(?:않|없|못)|응답이? ?없",
            r"tiempo de espera|zeitüberschreitung|превышено время|время ожидания|тайм-?аут|(?:délai|temps) (?:d'attente|imparti)|tempo limite|tempo esgotado|tempo de espera|tempo scaduto|time-?out verstreken|zaman aşımı|перевищено час|limit czasu|aikakatkaisu|tidsgräns|přetečení času|časový limit|időtúllépés|batas waktu|hết thời gian|quá thời gian",
            either_order(TIME_ELSEWHERE, ENDED_ELSEWHERE, r"(?:\W{1,3}\w{1,24}){0,4}?\W{1,3}"),
        ),
        unless=(*_NOT_A_TIMEOUT, *_NOT_A_WAIT),
    ),
    Rule(
        "timeout.code",
        "timeout",
        "request",
        STRONG + 4,
        patterns=(
            class_holding(_TIME_CODES, r"(?!_?(?:ms|s|sec|seconds|config|value|type))\w{0,40}"),
            quoted_code(
                r"(?:request|read|connect|gateway|server|execution|query|tool|task|operation|socket|response|step|node|upstream)_?time_?d?_?out(?!_?(?:ms|s|sec|seconds|in)\b)|deadline_?exceeded|timed_?out_?error|timeout_?(?:error|exception|exceeded)|(?:execution|run|cpu|wall|wait|processing)_?time_?(?:limit_?)?exceeded|time_?limit_?exceeded"
            ),
        ),
        unless=(
            *_NOT_A_TIMEOUT,
            r"\A[^:]{0,60}name or service",
            r"['\"]\w{0,30}time_?d?_?out\w{0,20}['\"]\s?[:=]\s?(?:\d|false|null|none)",
        ),
    ),
    Rule(
        "timeout.name_suffix",
        "timeout",
        "request",
        CLEAR + 5,
        patterns=(r"^[\w.]{0,80}time(?:out|dout)(?:error|exception|expired)?:",),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.bare",
        "timeout",
        "request",
        CLEAR,
        patterns=(
            r"\b(?!(?:no|the|an?|invalid|unknown|option|field|column|variable|parameter|argument|set|value|name|attribute|property|key|function|import|unexpected|undefined|missing|module|setting|to|of|in|for|default|by|without|supports?|identifier|symbol|keyword|struct|method|config\w*) )[\w-]{2,40} time-?out[.!]?\s*\Z",
            rf"\b(?:failed|unable|not able) to (?:\w+ ){{1,5}}?(?:after|in|within) {SPAN}",
            r"^(?:error: )?time-?out[.!]?$",
            r"^[\w.]{0,60}timeout(?:error|exception)?:? ?$",
        ),
        unless=_NOT_A_TIMEOUT,
    ),
)


def _cause(code: str, title: str, description: str) -> Cause:
    return Cause(
        "timeout",
        code,
        title,
        description,
        (
            "Compare the latency of {ref}{latency_note} with the usual latency of {target}.",
            "Check the health of {target} around {when}, and whether other callers saw it slow.",
            "Find which timeout ended {ref}: the client's, the gateway's or {target}'s own.",
        ),
        "Give {target} a deadline that fits its real latency, make it do less per call, and retry it only where it is safe to repeat.",
        (
            ActionTemplate(
                "change_config",
                "Set the deadline of {target} from its measured latency",
                "Measure the p95 latency of {target}, set the timeout of {agent} above it, and keep it below the deadline of the step.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "monitoring",
                "Track the latency of {target}",
                "Record latency and timeouts of {target} per call and alert when the p95 nears the timeout.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "gateway",
        "A gateway gave up waiting for {target}",
        "{where} ended{status}{latency_note}: a gateway in front of {target} stopped waiting for its answer. It said {quote}.",
    ),
    _cause(
        "request",
        "{target} did not finish in time",
        "{where} ran into a timeout{status}{latency_note}. It said {quote}.",
    ),
    _cause(
        "deadline_exceeded",
        "The deadline passed before {target} answered",
        "{where} was ended by its deadline{status}{latency_note}. It said {quote}.",
    ),
)
