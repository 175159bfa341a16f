"""A service that the agent depends on failed or could not be reached."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.languages import (
    CONNECTION_ELSEWHERE,
    CUT_ELSEWHERE,
)
from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, Rule, listed
from rca_core.analysis.rules.old_phrases import OF_BUSINESS, class_holding, either_order, quoted_code
from rca_core.analysis.rules.upstream_causes import CAUSES

__all__ = ["CAUSES", "RULES"]

# What a server says with a 5xx and its caller has to change: a bound on one request, or memory that is not there.
_NOT_THE_SERVER: Final = (
    r"limit for bytes|bytes ?billed",
    r"requires more (?:\w+ )?memory|out of memory|insufficient memory",
    r"\b10(?:0[0-37-9]|10) \(",  # a WebSocket closed for what was sent
)
_ANSWERED: Final = (
    *_NOT_THE_SERVER,
    r"\b(?:error code|http(?:/\d(?:\.\d)?)?|status(?: code)?|returned|error|response):? \(?4\d\d\b|['\"]code['\"]: ?['\"]?4\d\d\b",
)
_OF_THINGS: Final = (
    OF_BUSINESS,
    r"\b(?:products?|items?|rooms?|sizes?|sku|stock|vehicles?|machines?|elevators?|aircraft|equipment|pump|rental|drivers?|doctor|slot|restaurant|table|flights?|trains?|bus|roads?|venue|gift|training|birth|vaccination|course|parking|bike|locker)\b.{0,40}\b(?:unavailable|maintenance|certificate|closed|not available|available|down|offline)",
    r"\b(?:gift|training|birth|vaccination|medical|course) certificates?\b",
)

_LINK: Final = r"(?:connections?|conn|sockets?|tunnel|peer|other side|remote (?:host|end|side|party|server|peer)|stream|websocket|transport|tcp|channel|upstream|handshake|pipe)"
_CUT: Final = r"(?:refused|resett?(?:ing)?|abort(?:ed)?|closed|lost|dropped|terminated|broken|failed|failure|hung up|disconnected|gone away|interrupted|severed|shut ?down|unreachable|forcibly closed|prematurely|unexpectedly|eof|rejected|error|died|denied by peer)"
_SERVICE: Final = r"(?:servers?|services?|models?|endpoints?|systems?|hosts?|backends?|upstreams?|apis?|databases?|db|clusters?|nodes?|brokers?|gateways?|providers?|engines?|inference \w+|workers?|daemons?|plugins?|runtimes?|proxy|load balancer|webservice|web service|cache|queue|replicas?|leader|primary|shards?|registry|app|application|origin|website|site|platform)"
_DOWN: Final = r"(?:unavailable|down|offline|unreachable|not available|not reachable|not responding|unresponsive|not working|out of service|not operational|unhealthy|overloaded|overwhelmed|(?:too |very |extremely )?busy|over capacity|at capacity|not ready|starting up|shutting down|restarting|crashed|dead|gone|in recovery|recovering|not alive|not running|degraded|paused|scaled to zero|asleep|sleeping|experiencing (?:\w+ ){0,3}(?:issues|problems|load|outage|difficulties|demand|traffic))"

RULES: Final = (
    Rule(
        "upstream_error.5xx",
        "upstream_error",
        "http_5xx",
        STRONG - 5,
        statuses=(500, 502, 503, 520, 521, 523, 525, 526, 527, 530),
        unless=_NOT_THE_SERVER,
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
            r"\b(?:is|are|currently|model|server|engine|service|system)(?: is)?(?: currently| temporarily)? (?:overloaded|overwhelmed)\b|^overloaded\b|\boverload(?:ed)?[ _]?error\b",
            rf"\b{_SERVICE} (?:\w+ ){{0,2}}?(?:is |are |was |seems |too |currently |very |extremely |temporarily |still )*busy\b|\b(?:model|engine|queue|server) (?:is )?(?:queue )?(?:full|saturated|loading)\b|\bis (?:currently |still )?loading\b|\bloading\b.{{0,40}}\bin(?:to)? memory\b",
            r"\btoo many (?:clients already|connections)\b|\bconnection pool (?:is )?(?:exhausted|full)|\bremaining connection slots are reserved\b|\bload shed\w*|\b(?:queue|backlog|buffer) is full\b",
            rf"\bno (?:[\w-]+ )?(?:available|healthy|live|active|ready|alive|reachable|online|running) (?:[\w-]+ ){{0,2}}?\w{{0,16}}?{_SERVICE}\b|\bno (?:[\w-]+ )?(?:{_SERVICE}|instances?|deployments?|channels?|accounts?|upstreams?|pods?|targets?) (?:is |are |were |was )?(?:currently |be )?(?:available|healthy|alive|reachable|online|ready)\b",
            r"(?:服务器?|系统|模型|引擎|网关|节点|当前|资源|负载|接口).{0,6}(?:繁忙|过载|过高|拥挤|忙碌|不足)|无可用(?:渠道|节点|实例|通道|服务)",
            r"(?:サーバー?|アクセスが|システム|現在).{0,8}(?:混雑|過負荷|混み合|集中)|(?:서버|시스템|서비스|접속자).{0,8}(?:과부하|폭주|혼잡|바쁩)",
            r"\b(?:at|over|insufficient|no) (?:available )?(?:model |server )?capacity\b",
            r"\bhigh (?:demand|load|traffic)\b.{0,60}\b(?:later|retry|again|unavailable)",
        ),
    ),
    Rule(
        "upstream_error.dns",
        "upstream_error",
        "dns",
        STRONG + 7,
        patterns=(
            r"\b(?:unknown host|unknownhostexception|temporary failure in name|dns (?:\w+ ){0,3}(?:fail\w*|error|not found|problem|resol\w+)|hostname (?:\w+ ){0,3}(?:not (?:be )?(?:resolved|found)|resolution)|nxdomain|servfail|(?:unable|failed|cannot|could not|can't) (?:to )?(?:resolve|look ?up) (?:the )?(?:\S+ )?(?:host\w*|address|domain|name|dns|'?[\w-]+\.[\w.-]+\w)|err_name|remote name could not be resolved|ora-12545|socket\.gaierror)\b|no se (?:pudo|puede) resolver|konnte nicht aufgelöst|域名解析(?:失败|错误)|无法解析(?:主机|域名)|名前解決|도메인.{0,8}찾을 수 없",
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
            epipe clientpayload maxretry socket
            """
        ),
        unless=(r"time-?d? ?out", r"file", *_ANSWERED),
    ),
    Rule(
        "upstream_error.connection_suffix",
        "upstream_error",
        "connection_refused",
        CLEAR,
        patterns=(
            r"^[\w.]{0,80}(?:connection|connect|unavailable)(?:error|exception|failed)?:",
            class_holding(
                r"connection_?(?:error|exception|refused|reset|aborted|closed|lost|failed|broken|failure)|connectexception|socketexception|unavailable|unreachable|disconnected|brokenpipe|noroutetohost|unknownhost|transporterror|networkerror|sslerror|handshake|commun\w{0,6}ation(?:s|link)",
                r"(?!\w{0,30}timeout)\w{0,30}",
            ),
        ),
        unless=(
            r"time-?d? ?out",
            *_ANSWERED,
            r"\A[\w.]{0,80}(?:file|data|feature|page|field|content|document|item|product)\w{0,20}unavail",
        ),
    ),
    Rule(
        "upstream_error.refused",
        "upstream_error",
        "connection_refused",
        STRONG + 7,
        patterns=(
            r"\bconnection refused\b|\beconnrefused\b|\bactively refused\b|\berrno 111\b|\[winerror 10061\]",
            r"\bno route to host\b|\bnetwork is unreachable\b|\behostunreach\b|\benetunreach\b",
            r"\bno listener\b|\bnothing (?:is )?listening\b|\bora-(?:12541|12514|12505|12537|12547|12560|03113|03114|03135)\b|没有监听|连接被拒绝?|conexión rechazada|conexão recusada|connexion refusée|verbindung verweigert|connessione rifiutata|в соединении отказано|отказано в соединении|połączenie odrzucone|接続(?:が|は)?拒否|연결이? ?거부",
        ),
        unless=(r"\bcards?\b",),
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
            rf"\b{_LINK}\b(?:[:'\"]? (?:[\w'().:/-]+ ){{0,6}}?|[ _-]){_CUT}\b",
            rf"\b(?:refus\w+|reset|abort\w*|clos(?:ed|ing)|lost|dropped|terminated|broke\w*|interrupted|rejected|disconnected) (?:the |a |an |by |from |its |your |our |to |of |remote |http |tcp |existing |existing |idle |stale |tls |network |database )*{_LINK}\b",
            r"\b(?:could not|couldn't|cannot|can't|unable to|failed to|fail to|failure to|error (?:while )?|can not|trouble|problem) (?:be )?(?:open(?:ing)?|obtain|acquire|create|initiate|negotiate|get|mak(?:e|ing)|establish(?:ing)?) (?:an? |the |new |jdbc |database |sql |network |secure |tcp |tls |ssl |websocket |http |initial |remote )*(?:connections?|handshake|session with|socket|tunnel|channel)\b",
            r"\b(?:could not|couldn't|cannot|can't|unable to|failed to|fail to|error|problem|trouble|failed) (?:connect(?:ing)?|reach(?:ing)?|contact(?:ing)?|communicat(?:e|ing)|talk(?:ing)?|dial(?:ing)?) (?:to |with |the |any |a |an |remote |upstream )*\S",
            r"\b(?:error|failed|failure|exception|problem)s? (?:while |in |during |when )?(?:connecting|dialing|communicating|contacting|reaching|sending (?:the )?(?:http )?request|receiving|reading (?:the )?response|writing to)\b|\berror sending request\b|\bdial tcp\b|\bcommunications? (?:link )?(?:failure|error)\b|\btransport (?:error|failure|closed|endpoint)\b|\bsend(?:ing)? failed\b|\bi/o error on (?:get|post|put)",
            r"\b(?:premature|unexpected)(?:ly)? (?:\w+ ){0,2}?(?:close[ds]?|closing|end of (?:stream|response|http)|disconnect\w*|terminat\w+)\b|\bend of stream before\b|\b(?:stream|response|body) (?:ended|closed|terminated|truncated) (?:prematurely|unexpectedly|before|early)|\bempty (?:reply|response) from (?:the )?(?:server|upstream|remote)\b|\breceived no bytes\b|\bno response (?:was )?(?:received )?from (?:the )?(?:server|upstream|origin|host|backend|api)\b|\bnot enough bytes\b|\bserver (?:has )?(?:gone away|hung up|dropped|closed|disconnected)|\b(?:get|post|put|read|write|dial)\b.{0,200}: eof\b|\bno living connections\b|\bno (?:elected |current |raft |cluster |shard |partition )?leader\b(?! board)\b|\ball shards failed\b|\bgoaway\b|\brst_stream\b|\bsession (?:is )?(?:disconnected|was disconnected)|\bund_err_socket\b|\bbad file descriptor\b.{0,40}socket|\bnot connected to\b|\bmcp server .{0,60}(?:not connected|disconnected|closed|exited|failed to start)",
            r"\b(?:ssl|tls|x\.?509|handshake|certificate)\b.{0,60}?\b(?:fail\w*|error|expired|invalid|untrusted|not trusted|unknown (?:ca|authority|issuer)|mismatch|self[- ]signed|alert|unable to (?:get|verify)|does not match|wrong version|not valid|unsupported protocol)\b|\bunable to (?:get local issuer|verify the first) certificate|\bpkix path\b|\bwrong version number\b",
            r"(?:连接|連線|链接|连线|网络|網路|数据库|服务器|主机|请求发送).{0,8}(?:失败|被拒|被重置|重置|错误|异常|中断|断开|关闭|无响应|不可达|不可用|超时|不通)|无法(?:连接|建立连接|访问(?:服务|服务器|主机))",
            r"(?:接続|通信|ネットワーク|サーバー?|データベース|ホスト).{0,8}(?:できません|できない|エラー|失敗|拒否|切断|リセット|停止|ダウン|応答し|到達|切れ|見つかりません)",
            r"(?:연결|접속|네트워크|서버|데이터베이스|통신|호스트).{0,10}(?:오류|실패|거부|끊|장애|에러|할 수 없|되지 않|다운|불가)",
            either_order(CONNECTION_ELSEWHERE, CUT_ELSEWHERE, r"(?:\W{1,3}\w{1,24}){0,4}?\W{1,3}"),
        ),
        unless=(
            r"time-?d? ?out(?!\w|: ?undefined|: ?none|: ?null|=)",
            *_ANSWERED,
            *_OF_THINGS,
            r"\bcontent[- ]length|string literal|\blexer|\bsyntax|\bpem-encoded|certificate (?:file|bundle|path|must)|\binstall it|module is not available",
            r"(?:auth\w*|login|password|permission) (?:failed|denied)",
        ),
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
        unless=(r"is not (?:valid|found)", r"content filter", *_NOT_THE_SERVER),
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
            r"负载.{0,4}(?:饱和|过高|过载)|上游.{0,8}(?:饱和|错误|异常|不可用|超载)",
            r"\b(?:server|runner|engine|backend|service|replica|instance|daemon) (?:has |was |is )?(?:unexpectedly |suddenly )?(?:stopped|crashed|terminated|exited|died|killed|gone away|went away)(?: unexpectedly)?\b",
            r"\binternal server error\b",
            r"\bbad gateway\b",
            r"\b(?:service|server|model|endpoint|system) (?:is )?(?:temporarily |currently )?(?:unavailable|down|not available)\b|\btemporarily unavailable\b",
            r"\bupstream connect error\b|\bno healthy upstream\b|\bupstream (?:error|failure|server)\b|\bserver (?:had|encountered|experienced) an (?:internal |unexpected )?error\b|\b(?:unexpected|internal) (?:system |service )?(?:error|condition|failure) (?:on|in|at|from) the (?:server|service|upstream|backend)",
            r"\b(?:api|server|service|host|endpoint|app|backend) (?:is )?(?:currently )?(?:unreachable|not working|not responding|unresponsive|offline)\b",
            r"\bserver[- ](?:side )?error\b",
            rf"\b{_SERVICE} (?:\S+ )?(?:is |are |was |were |has |seems |appears |to be |still |currently |temporarily |been |momentarily |be )+{_DOWN}\b|\b(?:service|server|backend|upstream|api|gateway|host|model) (?:temporarily |currently )?(?:unavailable|unreachable|outage|offline|down)\b",
            rf"\b(?:upstream|backend|origin|downstream|third[- ]party|external|provider|dependency|gateway) (?:{_SERVICE} )?(?:\w+ ){{0,2}}?(?:error|fail\w*|unavailable|down|unreachable|rejected|returned (?:an? )?(?:error|5\d\d|invalid|bad)|problem|outage)\b|\b(?:error|fail\w*|problem|bad response|invalid response) (?:\w+ ){{0,2}}(?:from|in|at|by|on) (?:the |an? )?(?:upstream|backend|origin|provider|downstream|external|remote)\b",
            r"\b(?:engine|enginecore|backend|server|daemon|worker|container|pod|runtime|runner|plugin|sidecar|replica)\b (?:\w+ ){0,3}?(?:died|is dead|crashed|encountered an (?:issue|internal|error|unexpected)|exited unexpectedly|terminated unexpectedly|stopped unexpectedly|was evicted|has stopped|went away|failed to start|lost)\b|\bruntime not found\b",
            r"\b(?:unexpected|internal|unknown|unspecified) (?:server|service|backend|system|api|processing)[- ](?:side )?(?:error|failure|fault|exception|problem)|\binternal_?server_?error\b|internalservererror|\binternal error (?:has )?(?:occurred|encountered|while|in|on|processing)|\ban internal error\b|\bservice (?:failure|fault|error|interruption|outage|degradation)\b|\boutage\b.{0,40}(?:service|provider|region|api)|\b(?:experiencing|ongoing|partial|service|regional|due to) (?:an? )?(?:\w+ )?(?<!power )outage\b|\b(?:we're|we are) (?:having|experiencing) (?:\w+ ){0,3}(?:issues|problems|difficulties|trouble)|\btechnical (?:difficulties|problems?|issues?|error)\b.{0,60}(?:later|again|server|service|our)|\bsqlstate (?:08|57p)",
            r"\b(?:under|down for|scheduled|planned|undergoing|in|during|for) (?:\w+ ){0,2}?maintenance\b(?: mode| window)?|\bmaintenance mode\b",
            r"服务(?:器)?(?:繁忙|错误|异常|不可用|内部|出错)|系统(?:繁忙|错误|异常)",
            r"サーバー(?:エラー|が利用)|サービスを?利用できません",
            r"error interno(?: del servidor)?",
            r"interner (?:server)?fehler|dienst (?:\w+ )?nicht verfügbar",
            r"erreur interne|service indisponible",
            r"erro interno|serviço indisponível",
            r"внутренняя ошибка|сервис недоступен|ошибка сервера",
            r"서버 오류|내부 오류|서비스.{0,8}(?:점검|장애|불가|중단)|시스템 (?:오류|점검|장애)",
            r"errore (?:interno|del server)|błąd (?:wewnętrzny|serwera)|внутрішня помилка|помилка сервера|sunucu hatası|dahili hata|lỗi (?:máy chủ|hệ thống|nội bộ)|kesalahan (?:server|internal)|interne (?:server)?fout|internt? (?:server)?(?:fel|fejl|feil)|serverfel|palvelinvirhe|sisäinen virhe|(?:servicio|serviço|servizio|service|dienst|usługa|сервис\w*|hizmet|layanan|dịch vụ|tjänsten|tjenesten|palvelu) (?:\w+ ){0,3}(?:no disponible|indisponível|indisponible|non disponibile|nicht verfügbar|niedostępn\w+|недоступ\w+|kullanılamıyor|tidak tersedia|không khả dụng|otillgänglig|utilgængelig|utilgjengelig|niet beschikbaar)|(?:mantenimiento|manutenção|wartungsarbeiten|manutenzione|konserwacj\w+|техническ\w+ работ\w+|bakım (?:çalışması|modu))",
            quoted_code(
                r"internal_?(?:server_?)?(?:error|failure)|service_?unavailable|server_?error|bad_?gateway|upstream_?(?:error|failure)|backend_?error|overloaded|temporarily_?unavailable|server_?busy|system_?busy|system_?error|provider_?error"
            ),
        ),
        unless=(*_ANSWERED, *_OF_THINGS),
        scopes=("tool", "guardrail"),
    ),
    Rule(
        "upstream_error.run_text",
        "upstream_error",
        "http_5xx",
        CLEAR,
        patterns=(
            r"\b(?:model )?(?:server|runner|engine|backend) (?:has |was |is )?(?:unexpectedly |suddenly )?(?:stopped|crashed|terminated|exited|died|killed|gone away)\b",
            r"负载.{0,4}(?:饱和|过高|过载)|上游.{0,8}(?:饱和|错误|异常|不可用|超载)",
            r"\bbad gateway\b",
            r"\bupstream connect error\b|\bno healthy upstream\b",
            r"\bservice (?:is )?(?:temporarily |currently )?unavailable\b|\btemporarily unavailable\b",
            r"\bserver (?:had|encountered|experienced) an (?:internal |unexpected )?error\b",
            r"服务(?:器)?(?:繁忙|错误|异常|不可用|内部|出错)|系统(?:繁忙|异常)",
            rf"\b(?:model|server|backend|upstream|api|provider|endpoint|service|engine|inference \w+) (?:\S+ )?(?:is |are |was |currently |temporarily |been |has |still )+{_DOWN}\b",
            r"\b(?:engine|enginecore|backend|server|worker|runtime|plugin)\b (?:\w+ ){0,3}?(?:died|is dead|crashed|encountered an (?:issue|internal|error|unexpected)|exited unexpectedly|failed to start)\b|\binternalservererror|enginedead",
            r"\b(?:upstream|provider|backend)(?: server| service| api| model)? (?:\w+ ){0,2}?(?:error|failure|unavailable|failed|returned (?:an? )?error)\b",
        ),
        unless=(*_ANSWERED, *_OF_THINGS),
        scopes=("run",),
    ),
    Rule(
        "upstream_error.5xx_other",
        "upstream_error",
        "http_5xx",
        LIKELY,
        statuses=tuple(code for code in range(500, 600) if code not in (501, 504, 505, 522, 524)),
        unless=_NOT_THE_SERVER,
        scopes=("tool",),
    ),
)
