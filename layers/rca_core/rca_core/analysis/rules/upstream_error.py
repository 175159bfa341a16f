"""A service that the agent depends on failed or could not be reached."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed

RULES: Final = (
    Rule(
        "upstream_error.5xx",
        "upstream_error",
        "http_5xx",
        STRONG - 5,
        statuses=(500, 502, 503, 520, 521, 523, 525, 526, 527, 530),
    ),
    Rule("upstream_error.529", "upstream_error", "overloaded", STRONG, statuses=(529,)),
    Rule(
        "upstream_error.overloaded",
        "upstream_error",
        "overloaded",
        STRONG,
        names=listed(
            """
            overloaded modeloverloaded engineoverloaded serveroverloaded
            """
        ),
        patterns=(),
    ),
    Rule(
        "upstream_error.overloaded_text",
        "upstream_error",
        "overloaded",
        STRONG - 4,
        patterns=(
            r"\b(?:is|are|currently|model|server|engine|service|system)(?: is)?(?: currently| temporarily)? overloaded\b|^overloaded\b",
            r"\b(?:at|over|insufficient|no) (?:available )?(?:model |server )?capacity\b",
            r"\bhigh (?:demand|load|traffic)\b.{0,60}\b(?:later|retry|again|unavailable)",
        ),
    ),
    Rule(
        "upstream_error.dns",
        "upstream_error",
        "dns",
        STRONG,
        patterns=(
            r"\bname or service not known\b|\bname resolution\b|\bfailed to resolve\b|\bcould(?: not|n't) resolve (?:host|hostname|the host)|\bnodename nor servname\b|\bgetaddrinfo\b|\benotfound\b|\beai_again\b|\bno such host\b|\berr_name_not_resolved\b|\bno address associated with hostname\b",
        ),
    ),
    Rule(
        "upstream_error.dns_name",
        "upstream_error",
        "dns",
        STRONG,
        names=("nameresolution", "enotfound", "eaiagain", "gai", "clientconnectordns"),
    ),
    Rule(
        "upstream_error.connection_name",
        "upstream_error",
        "connection_refused",
        CLEAR,
        names=listed(
            """
            connection connect connectionrefused connectionreset connectionaborted econnrefused econnreset
            econnaborted remoteprotocol clientconnector clientos serverdisconnected remotedisconnected
            newconnection apiconnection chunkedencoding incompleteread endpointconnection connectionclosed
            brokenpipe ssl sslcertverification proxy read interface httpclient enetunreach ehostunreach
            epipe clientpayload maxretry
            """
        ),
        unless=(r"time-?d? ?out", r"file"),
    ),
    Rule(
        "upstream_error.connection_suffix",
        "upstream_error",
        "connection_refused",
        CLEAR,
        patterns=(r"^[\w.]{0,80}(?:connection|connect|unavailable)(?:error|exception|failed)?:",),
        unless=(r"time-?d? ?out",),
    ),
    Rule(
        "upstream_error.connection_text",
        "upstream_error",
        "connection_refused",
        STRONG - 4,
        patterns=(
            r"\bconnection (?:was |has been |is )?(?:refused|reset|aborted|closed|lost|dropped|terminated|broken|failed)\b|\bactively refused\b|\beconn(?:refused|reset|aborted)\b",
            r"\bno route to host\b|\bnetwork is unreachable\b|\bhost is (?:down|unreachable)\b|\bremote end closed connection\b|\bserver disconnected\b|\bclosed the connection\b|\bpeer closed connection\b|\bincomplete chunked read\b|\bbroken pipe\b|\bsocket hang up\b|\bfetch failed\b|\bunexpected eof\b",
            r"\b(?:could not|cannot|can't|unable to|failed to) (?:connect|reach|establish (?:a )?(?:new )?connection)\b|\bconnection (?:to .{1,80} )?failed\b|\bconnection error\b|\berr_connection_\w+|\bnetwork (?:error|failure)\b",
            r"\b(?:broker|cluster|leader|replica|primary|shard|upstream)s? (?:is |are )?(?:not available|unavailable|down|unreachable)\b",
            r"\bssl(?:error|v3| error|:)|\bcertificate[_ ]verif\w+ fail\w*|\btls handshake\b|\bcertificate has expired\b|\bself[- ]signed certificate\b",
            r"连接(?:失败|被拒绝|被重置|错误|超时)",
            r"(?:网络|連線)(?:错误|异常|エラー)|接続(?:でき|エラー|に失敗)",
            r"(?:conexión|conexão) (?:rechazada|recusada|fallida)",
            r"verbindung (?:\w+ )?(?:verweigert|abgelehnt|fehlgeschlagen)",
            r"connexion (?:refusée|échouée|impossible)",
            r"соединени\w+ (?:отклонен|сброшен|отказано)|не удалось подключиться",
        ),
        unless=(r"time-?d? ?out",),
    ),
    Rule(
        "upstream_error.name",
        "upstream_error",
        "http_5xx",
        CLEAR + 5,
        names=listed(
            """
            internalserver internalfailure serviceunavailable badgateway server apiserver unavailable
            internal modelnotready modelstream model servicefailure internalservice dependencyfailed
            upstream remoteservice service backend
            """
        ),
        unless=(r"is not (?:valid|found)", r"content filter"),
        scopes=("tool",),
    ),
    Rule(
        "upstream_error.run_name",
        "upstream_error",
        "http_5xx",
        CLEAR + 5,
        names=listed(
            """
            internalserver internalfailure serviceunavailable badgateway unavailable modelnotready
            modelstream
            """
        ),
        scopes=("run", "guardrail"),
    ),
    Rule(
        "upstream_error.text",
        "upstream_error",
        "http_5xx",
        CLEAR + 1,
        patterns=(
            r"\binternal server error\b",
            r"\bbad gateway\b",
            r"\b(?:service|server|model|endpoint|system) (?:is )?(?:temporarily |currently )?(?:unavailable|down|not available)\b|\btemporarily unavailable\b",
            r"\bupstream connect error\b|\bno healthy upstream\b|\bupstream (?:error|failure|server)\b|\bserver (?:had|encountered|experienced) an (?:internal |unexpected )?error\b|\b(?:unexpected|internal) (?:system |service )?(?:error|condition|failure) (?:on|in|at|from) the (?:server|service|upstream|backend)",
            r"\b(?:api|server|service|host|endpoint|app|backend) (?:is )?(?:currently )?(?:unreachable|not working|not responding|unresponsive|offline)\b",
            r"\bserver error\b",
            r"\bunder maintenance\b|\bscheduled maintenance\b",
            r"服务(?:器)?(?:繁忙|错误|异常|不可用|内部|出错)|系统(?:繁忙|错误|异常)",
            r"サーバー(?:エラー|が利用)|サービスを?利用できません",
            r"error interno(?: del servidor)?",
            r"interner (?:server)?fehler|dienst (?:\w+ )?nicht verfügbar",
            r"erreur interne|service indisponible",
            r"erro interno|serviço indisponível",
            r"внутренняя ошибка|сервис недоступен|ошибка сервера",
            r"서버 오류|내부 오류",
        ),
        scopes=("tool", "guardrail"),
    ),
    Rule(
        "upstream_error.run_text",
        "upstream_error",
        "http_5xx",
        CLEAR,
        patterns=(
            r"\bbad gateway\b",
            r"\bupstream connect error\b|\bno healthy upstream\b",
            r"\bservice (?:is )?(?:temporarily |currently )?unavailable\b|\btemporarily unavailable\b",
            r"\bserver (?:had|encountered|experienced) an (?:internal |unexpected )?error\b",
            r"服务(?:器)?(?:繁忙|错误|异常|不可用|内部|出错)|系统(?:繁忙|异常)",
        ),
        scopes=("run",),
    ),
    Rule(
        "upstream_error.5xx_other",
        "upstream_error",
        "http_5xx",
        LIKELY,
        statuses=tuple(code for code in range(500, 600) if code not in (501, 504, 505, 522, 524)),
        scopes=("tool",),
    ),
)


def _cause(code: str, title: str, description: str, check: str) -> Cause:
    return Cause(
        "upstream_error",
        code,
        title,
        description,
        (
            check,
            "Check the status and the logs of {target} around {when}.",
            "See whether other runs that used {target} at that time failed in the same way.",
        ),
        "Retry {target} with backoff and a cap, fall back to another source where there is one, and let {agent} say that the service is unavailable.",
        (
            ActionTemplate(
                "runbook",
                "Follow up the failure of {target} with its owner",
                "Report to the owner of {target} what happened at {when}: {quote}.",
                "platform-team",
                "high",
                2,
            ),
            ActionTemplate(
                "code_change",
                "Make {agent} survive an outage of {target}",
                "Add bounded retries with backoff and a circuit breaker around {target}, and a fallback or an honest answer.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "http_5xx",
        "{target} failed on its side",
        "{where} failed{status} inside {target}, not because of what was asked: {quote}.",
        "Repeat {ref} with the same arguments ({arguments}) and see whether {target} still fails.",
    ),
    _cause(
        "overloaded",
        "{target} was overloaded",
        "{where} was turned away{status} because {target} was overloaded: {quote}.",
        "Look up the capacity and the status page of {target} for {when}.",
    ),
    _cause(
        "connection_refused",
        "{target} could not be reached",
        "{where} failed because the connection was refused, closed or could not be secured: {quote}.",
        "Open a connection from environment {environment} to the address that {target} uses.",
    ),
    _cause(
        "dns",
        "The host of {target} could not be resolved",
        "{where} failed because a host name did not resolve: {quote}.",
        "Resolve the host name of {target} from environment {environment}.",
    ),
)
