"""The caller was not allowed to do what it asked for."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.languages import (
    ACCESS_ELSEWHERE,
    AUTH_ELSEWHERE,
    AUTH_FAILED_ELSEWHERE,
    BAD_ELSEWHERE,
    DENIED_ELSEWHERE,
    KEY_ELSEWHERE,
)
from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed
from rca_core.analysis.rules.old_phrases import OF_BUSINESS, class_holding, either_order, quoted_code

_MISSING_OR_HIDDEN: Final = (r"(?:does not exist|doesn't exist|not found|could not be found) or ",)
_KEY: Final = r"(?:(?:api|app|application|service|subscription|licen[sc]e|account|project|partner|developer|integration|product|consumer|master|admin)[ _-]?(?:key|id and secret|secret)|apikey|(?:access|auth(?:entication|orization)?|bearer|security|refresh|session|id|oauth2?|service|integration|bot|user|page access|personal access|installation|login|sas|csrf)[ _-]?token|auth(?:entication|orization)?[ _-]?(?:key|header|credentials?)|access[ _-]?key(?: id)?|(?:client|webhook|shared|signing) secret|credentials?|jwt|secret key|client_secret|client secret|(?:request|api|hmac|webhook|message) signature|user ?name (?:or|and|/) ?password|password|login|client certificate|licen[sc]e)"
_IS: Final = r"(?:(?:is|was|has|have|been|are|does|did|do|seems|appears|to|be|no|longer|currently|either|value|you|provided|supplied|submitted|passed|used|sent|given|that|in|the|request|for|this|your|entered|we|calculated) ){0,8}?"
_BAD: Final = r"(?:not (?:valid|provided|set|found|configured|supplied|specified|present|registered|recogni[sz]ed|known|activated|active|enabled|allowed|authori[sz]ed|permitted|approved|accepted|white-?listed|match|exist|sent|included|defined|given)|no longer valid|(?:n't|not|no) (?:match|recogni[sz]ed)|don't match|invalid|incorrect|wrong|expired|missing|required|revoked|disabled|deactivated|inactive|suspended|blocked|unknown|rejected|deleted|empty|undefined|unset|mismatch|unregistered|must be (?:set|provided|specified|supplied|passed)|could not be (?:verified|validated|found|read)|leaked|compromised)"
_CALLER: Final = r"(?:(?:api |service |virtual |subscription )?key|token|credentials?|service account|principal|client|caller|app(?:lication)?|bot|integration|role|ip(?: address)?|identity|consumer|tenant|iam user|scope|workspace|connector|user '?[\w.@%-]{1,60}'?)"
_YOURS: Final = r"\byour (?:\w+ )?(?:account|organi[sz]ation|team|project|app(?:lication)?|workspace|company|ip(?: address)?|user|profile|domain|tenant|client|key|token|api key|plan|e-?mail(?: address)?|phone number)\b"

_CLASSES: Final = r"unauthori[sz]ed|unauthenticated|forbidden(?:error|exception|access|operation|action|request)|accessdenied|access_denied|permission_?denied|permissions?(?:_?error|exception)|authentication(?!context)|authori[sz]ation|credential|notauthori[sz]ed|not_authori[sz]ed|accessrefused|insufficient_?(?:scope|privilege|permission|access)|(?:invalid|expired)_?(?:access|auth|api|bearer|refresh)?_?(?:token|credential)|(?:invalid|expired)_?(?:access|auth|api|secret|licen[sc]e)_?key|(?:token|key|session|credentials?)_?expired|(?:expired|invalid)_?session|auth(?:_?error|_?exception|_?failed|_?failure|_?required|denied)|login_?(?:required|failed|failure)|not_?logged_?in|(?:invalid|bad|missing)api_?key|api_?key_?(?:error|invalid|missing|expired|notfound)"
_CODES: Final = r"un_?authori[sz]ed|unauthenticated|forbidden|access_?denied|access_?refused|permission_?denied|permission_?error|no_?permission|missing_?(?:scope|permission)s?|authentication_?(?:error|failed|required|exception)|authori[sz]ation_?(?:error|failed|required)|not_?authori[sz]ed|insufficient_?(?:scope|privilege|permission|access|rights)\w*|(?:invalid|expired|incorrect|bad|missing|revoked)_?(?:access_?|auth_?|api_?|bearer_?|refresh_?|client_?)?(?:token|api_?key|credential|client|grant|signature)s?|(?:token|api_?key|session|credentials?)_?(?:expired|invalid|revoked|missing|disabled)|invalid_?session\w*|session_?(?:expired|invalid)|login_?required|not_?logged_?in|(?:account|user|key)_?(?:suspended|disabled|deactivated)|\w{1,30}terms_required"

RULES: Final = (
    Rule(
        "tool_permission.401", "tool_permission", "unauthenticated", STRONG - 5, statuses=(401, 407), unless=(r"额度",)
    ),
    Rule("tool_permission.403", "tool_permission", "forbidden", STRONG - 5, statuses=(403,)),
    Rule(
        "tool_permission.code",
        "tool_permission",
        "access_denied",
        STRONG - 6,
        patterns=(class_holding(_CLASSES, r"\w{0,30}"), quoted_code(_CODES)),
        unless=(r"^\W{0,3}[\w.]{0,80}(?:timeout|ratelimit|connection)", r"额度"),
    ),
    Rule(
        "tool_permission.key_code",
        "tool_permission",
        "invalid_api_key",
        STRONG,
        names=listed(
            """
            invalidapikey incorrectapikey apikeyinvalid apikeynotvalid missingapikey nocredentials
            credentialsnotfound partialcredentials defaultcredentials apikeymissing apikeyexpired
            invalidcredentials
            """
        ),
    ),
    Rule(
        "tool_permission.unauthenticated_name",
        "tool_permission",
        "unauthenticated",
        STRONG - 5,
        names=listed(
            """
            unauthorized unauthenticated authentication authenticationfailed authenticationrequired
            unrecognizedclient invalidsignature signaturedoesnotmatch expiredtoken tokenexpired
            invalidclienttokenid missingauthenticationtoken invalidgrant invalidtoken notauthed invalidauth
            accountinactive tokenrevoked refresh tokenretrieval incompletesignature invalidaccesskeyid
            loginrequired invalidpassword invalidauthorizationspecification unauthorizedsso sessionexpired
            """
        ),
        unless=(r"额度",),
    ),
    Rule(
        "tool_permission.forbidden_name",
        "tool_permission",
        "access_denied",
        STRONG - 5,
        names=listed(
            """
            accessdenied forbidden permissiondenied permission insufficientprivilege notauthorized
            unauthorizedoperation authorization authorizationfailed insufficientpermissions
            insufficientpermission accessrestricted security missingscope insufficientscope urlroboted
            insufficientaccess insufficientaccessrights toolpermission policydenied eacces eperm
            actionnotallowed notinchannel nopermission channelnotfoundornotallowed notallowedtokentype
            restrictedaction forbiddenaction
            """
        ),
    ),
    Rule(
        "tool_permission.key_text",
        "tool_permission",
        "invalid_api_key",
        STRONG,
        patterns=(
            r"\bno (?:\w{1,30}[_ ]){0,3}?(?:api[_ ]?key|access[_ ]token|auth[_ ]token|secret[_ ]key|credentials?)\b (?:is |was |has been |were )?(?:provided|set|found|configured|given|specified|available|present|supplied)\b|\b(?:api[_ ]?key|access[_ ]token|credentials?)\b.{0,20}\b(?:is|are|was|were) (?:not|never) (?:provided|set|found|configured|given|specified|supplied)\b",
            rf"\b(?:invalid|incorrect|missing|expired|revoked|wrong|bad|unknown|no|malformed|unrecogni[sz]ed|inactive|disabled|unregistered|unsupported)[ :]+(?:or (?:missing|expired|invalid|incorrect) )?(?:[\w-]+ ){{0,3}}?{_KEY}\b",
            rf"\b{_KEY}[ :,'\"]+(?:\S{{1,60}} )?{_IS}{_BAD}\b",
            rf"\b(?:provide|set|specify|supply|pass|configure|include|check|verify|enter|use|need) (?:an?|your|the|either|that your|valid)(?: valid| correct| new)? (?:[\w.-]+ ){{0,3}}?{_KEY}\b",
            rf"\b(?:didn't|did not|don't|not|without|requires?|must|failed to|unable to|could not|couldn't|cannot) (?:\w+ )?(?:provid\w+|includ\w+|suppl\w+|specif\w+|contain\w*|find|load|read|have|present|authenticate|verify|validate|decrypt|refresh|obtain|get|retrieve|use|send)(?: with)?(?: an?| the| any| your| valid)? (?:[\w.-]+ ){{0,3}}?{_KEY}\b",
            r"\bsignature (?:we calculated |you provided |verification |check |is |was |has |in the request )*(?:does not match|mismatch|failed|expired|invalid|not valid)|\binvalid signature\b(?! for|[=:])|\b(?:invalid|expired|revoked|malformed) (?:[\w-]+ )?token\b(?=\s*$|[.;!)]|['\"][,}\]]| (?:supplied|provided|received|or|was|has|signature|given|specified|passed|used|presented))",
            r"\b(?<!checkout )(?<!payment )(?<!training )session (?:id )?(?:has |is |was |been )*(?:expired|invalid\b|not valid|no longer valid)|\b(?:key|token|licen[sc]e|subscription) (?:has |have |is |was |been |already )*(?:expired|revoked|been disabled|been deleted|deactivated)\b|\bkey is not registered\b|\bunregistered (?:\w+ )?(?:key|ip|caller|client|app\w*)",
            r"\bget a(?: new| free| valid)? (?:api )?key\b|\bno (?:valid )?(?:\w+ )?(?:auth\w*|credentials?|login) (?:found|provided|configured|available|supplied|present|was|were)\b|\b(?:ora-01017|invalid username|bad credentials|wrong password|incorrect password|login incorrect|authentication token is)\b",
            r"\b(?!page_|next_|max_|sync_|delta_|continu|csrf|stop_|min_|num_)[a-z][a-z0-9]{1,20}(?:_[a-z0-9]{1,20}){0,6}_(?:api_key|apikey|key_id|token|secret|access_key|secret_key|credentials|password|auth)\b.{0,40}\b(?:not set|must be set|missing|required|environment variable|not (?:found|defined|provided|configured|present|valid)|invalid|expired|unset|is empty|incorrect)",
            r"\b(?:unable to locate|could not (?:automatically )?(?:determine|load|find|locate)) (?:\w+ ){0,2}credentials\b",
            r"\btoken (?:has |is )?(?:been )?(?:expired|revoked)\b",
            r"(?:无效|错误|非法|失效|过期)的?.{0,4}(?:令牌|api|密钥|key|凭证|凭据|token|签名|appid|用户名|密码)",
            r"(?:令牌|密钥|token|凭证|凭据|签名|key|密码|登录|会话|授权|appid).{0,6}(?:无效|已过期|过期|失效|不正确|错误|不存在|为空|不匹配|未填|验证失败)",
            r"(?:apiキー|トークン|パスワード|認証情報|キー|署名|セッション).{0,12}(?:無効|正しく|期限切れ|間違|一致しま|不正|失効|切れ)",
            r"(?:인증\s?키|api ?키|토큰|비밀번호|서비스\s?키|자격\s?증명|세션|서명).{0,14}(?:유효하지|잘못|만료|일치하지|등록되지|틀)",
            rf"{KEY_ELSEWHERE}(?:\W{{1,3}}\w{{1,24}}){{0,4}}?\W{{1,3}}{BAD_ELSEWHERE}|{BAD_ELSEWHERE}\w*(?:\W{{1,3}}\w{{1,24}}){{0,2}}?\W{{1,3}}(?:api[ -])?{KEY_ELSEWHERE}",
        ),
        # A token of a language or a text, a key of a map: no identity.
        unless=(
            r"unexpected token|(?:json|syntax|parse|lexer?|decod\w+) (?:error|exception)|\bat position \d|\bline \d{1,6},? col",
            r"\b(?:primary|foreign|partition|sort|duplicate|sharding|private|public) key\b",
            r"(?:page|next|continuation|sync|delta|pagination|stop|padding|special) ?token",
            r"\bgift\b|\bpassport|\bdriving licen|\bdriver'?s licen|\bvehicle\b|\blicen[sc]e plate",
            r"method signature|function signature|no matching (?:function|signature)|signature for \w+ validator",
            r"\bpayment token|\bcustomers?\b(?! managed| master)|\bfield\b|\bflag\b|\bencrypted\b|\bpem-encoded\b|credential report",
        ),
    ),
    Rule(
        "tool_permission.text",
        "tool_permission",
        "access_denied",
        STRONG - 5,
        patterns=(
            r"\b(?:command|access|select|insert|update|delete|execute) denied to user\b|\b(?:have not|haven\'t|has not|hasn\'t|not yet) (?:been )?grant(?:ed)?\b.{0,40}|\brequest(?:ed|s|ing)? permissions? to \w{1,20}\b.{0,80}\b(?:grant|approv|den)\w{0,5}\b",
            r"\bpermissions? (?:was |were |is )?denied\b|\bpermission ['\"`]?[\w.:/-]{1,80}['\"`]? denied\b|\bcould not read (?:username|password)\b",
            r"\baccess (?:to .{1,60} )?(?:is |was |has been )?(?:denied|forbidden|not permitted|restricted)\b",
            r"\b(?:not|isn't|aren't) (?:currently )?(?:authori[sz]ed|permitted|entitled) (?:to|on|for)\b",
            rf"\b{_CALLER}\b.{{0,60}}?\b(?:(?:not|isn't|aren't) (?:\w+ )?(?:allowed|permitted|authori[sz]ed|enabled|granted|entitled|whitelisted|allow-?listed|approved)|cannot access|lacks? (?:the )?(?:\S+ ){{0,2}}(?:permissions?|access|roles?|scopes?|privileges?|entitlements?)|banned)\b",
            r"\b(?:not|never|isn't|aren't) (?:been )?(?:allowed|granted|permitted) (?:access|to (?:access|perform|call|use|invoke|read|write|list|query|execute|assume|view|modify|delete|push|connect|sign|impersonate|send mail)|for this (?:user|key|token|account|role|client|app))\b",
            rf"{_YOURS} .{{0,40}}?\b(?:must be|needs? to be|is not|isn't|are not|has not been|hasn't been|not yet|has been|was|is|been|got) (?:\w+ )?(?:verified|approved|activated|whitelisted|allow-?listed|suspended|deactivated|disabled|locked|terminated|banned|blocked|restricted|flagged|allowed|authori[sz]ed|registered|enabled|permitted|revoked|barred)\b",
            r"\b(?:model|api|repo(?:sitory)?|dataset|organi[sz]ation|workspace|project|app|admin|account)\b.{0,160}?\b(?:accept\w*|agree to|submit\w*|sign|acknowledge\w*|acceptance|complete|fill(?:ed)? out)\b.{0,50}?\b(?:terms|agreement|licen[sc]e|use case|eula|conditions|consent form|form)\b|\bterms[ _](?:acceptance|required)\b|\buse case details have not been submitted\b|\bgated (?:repo|model|dataset)\b",
            r"\bonly (?:valid|available|allowed|supported|permitted|accessible|usable|possible|open) (?:with|for|to|by|when|using|in) .{0,50}?\b(?:auth(?:entication|orization|enticated|ori[sz]ed)?|tokens?|log(?:ged)?[ -]?in|permissions?|scopes?|admin\w*|owners?|roles?|users?|subscribers?|premium|enterprise|paid|members?|api keys?)\b|\bdelegated (?:authentication|permissions?|context)\b",
            r"\b(?:import|use) of (?:module )?['\"`]?[\w.]{1,60}['\"`]? is (?:not allowed|forbidden|disallowed|prohibited)\b|\boutside (?:of )?(?:the )?(?:allowed|permitted|sandbox|workspace|authori[sz]ed) (?:director(?:y|ies)|paths?|roots?|folders?)",
            r"\b(?:has not been used in project|api (?:is |has )?(?:not enabled|disabled)|is not enabled for (?:this |the |your )?(?:project|account|key|organi[sz]ation|tenant|subscription))\b|\b(?:request|ask|contact) (?:\S+ ){0,6}?(?:for |to (?:grant|request|get) )(?:\w+ )?(?:access|permissions?)\b",
            r"\bread[- ]only (?:transaction|file ?system|access|mode|user|replica|token|role|connection|permissions?|scope)\b.{0,40}(?:cannot|not|denied)|\b(?:no|lacks?|without|missing|lacking|requires?|required|need) (?:the )?(?:['\"`][\w.:/-]{1,60}['\"`] )?(?:\w+ ){0,2}(?:scopes?|roles?|entitlements?|privileges?|grants?|consent)\b.{0,60}(?:denied|access|required|missing|token|user|grant)|\baadsts(?:65001|50105|7000\d\d|500\d\d|90002)\b|\bconsent_required\b",
            r"\b(?:network|firewall|ip|vpc|virtual network|access[- ]control|acl|cors)\b.{0,30}\b(?:rules?|polic\w+|restrictions?|allow-?list|whitelist|acls?)\b.{0,40}\b(?:den(?:y|ies|ied)|not allow\w*|forbid\w*|block\w*|reject\w*)|\b(?:denied|not allowed|forbidden|rejected) (?:by|due to|because of) (?:\w+ ){0,4}(?:network|firewall|ip|vpc|acl|access control|iam)\b",
            r"\bunauthori[sz]ed (?:for|to|access|request|client|user|operation)\b|^(?:error: |http )?(?:[45]\d\d[: ]+)?unauthori[sz]ed\b|\b401 unauthori[sz]ed",
            r"\bis forbidden\b|^(?:error: |http )?(?:[45]\d\d[: ]+)?forbidden\b|\b403 forbidden|\(forbidden\)",
            r"\bauthentication (?:is )?(?:required|failed|failure|error|credentials were not provided|credentials)\b",
            r"\b(?:requires?|needs?) (?:\w+ )?(?:authentication|authorization|login|sign-?in)\b|\bmust be (?:logged in|authenticated|signed in)\b|\bnot (?:logged|signed) in\b|\bnot authenticated\b|\b(?:sso|login|auth\w*|user) session\b.{0,60}\bexpired\b|\b(?:please|you need to) (?:log|sign) in\b",
            r"\b(?:insufficient|not enough|inadequate|missing|lacks?|lacking|without|not have|no) (?:the )?(?:[\w.:'-]+ ){0,4}?(?:permissions?|privileges?|scopes?|access rights)\b",
            r"\b(?:do|does) not have (?:['\"`]?[\w.:/*'-]+['\"`]? ){0,5}?(?:access|permissions?|privileges?|rights|authori[sz]ation|authority|entitlements?|clearance)\b|\bdon't have (?:\w+ ){0,3}?(?:access|permissions?)\b",
            r"\bpassword authentication failed\b|\baccess denied for user\b|\blogin failed for user\b|\bno pg_hba\.conf entry",
            r"\bexplicit deny\b|\bno identity-based policy allows\b",
            r"(?:^|[\'\":>] ?)not authori[sz]ed(?=[\'\".!<]|\s*$)|\bmissing (?:access|permissions?)\b|\boperation not permitted\b|\[errno 13\]|\beacces\b|\beperm\b",
            r"\bcannot (?:list|get|create|delete|update|patch|watch) resource\b",
            r"\bpermission denied \(publickey|\bhost key verification failed",
            r"\b(?:could not|couldn't|unable to|failed to|cannot|can't|can not) (?:be )?(?:authenticat\w+|authori[sz]ed?|log ?in|sign ?in|verify (?:your |the |caller )?(?:identity|credentials))\b",
            r"\bmust be (?:an? )?(?:owner|superuser|admin\w*)\b",
            r"(?:没有|无|缺少|未|暂无|不具备|尚未).{0,8}(?:权限|授权|认证|开通|实名)|(?:无权|禁止|拒绝|不允许|未授权).{0,4}(?:访问|操作|调用|查看|使用)|权限不足|访问(?:被拒|受限)|请(?:先|重新)登[录陆]|未登[录陆]",
            r"(?:鉴权|认证|身份验证|授权|登录|验证).{0,2}(?:失败|错误|异常)|(?:白名单|黑名单)",
            r"(?:アクセス|操作|実行|閲覧|利用).{0,4}(?:拒否|許可されて|権限|禁止)|権限が(?:ありません|ない|不足)|(?:認証|ログイン|承認).{0,4}(?:エラー|失敗|必要|してください)",
            r"권한이? ?(?:없|부족|필요)|(?:인증|로그인).{0,6}(?:실패|필요|오류|하지 않)|접근.{0,8}(?:거부|금지|제한|권한|차단)|허용되지 않",
            either_order(ACCESS_ELSEWHERE, DENIED_ELSEWHERE, r"(?:\W{1,3}\w{1,24}){0,4}?\W{1,3}"),
            either_order(AUTH_ELSEWHERE, AUTH_FAILED_ELSEWHERE, r"(?:\W{1,3}\w{1,24}){0,3}?\W{1,3}"),
            r"\bno autorizado\b|\bnão autorizado\b|\bnon autorizzato\b|\bnon autorisé|\bnicht autorisiert\b|\bnieautoryzowan\w+|\byetkisiz\b|\bне авторизован",
        ),
        unless=(*_MISSING_OR_HIDDEN, r"connection refused", OF_BUSINESS),
    ),
    Rule(
        "tool_permission.name_suffix",
        "tool_permission",
        "access_denied",
        CLEAR + 3,
        patterns=(
            r"^[\w.]{0,80}(?:unauthorized|forbidden|accessdenied|permissiondenied|authentication|authorization|credentials?)(?:error|exception|failed)?:",
        ),
    ),
    Rule(
        "tool_permission.plan",
        "tool_permission",
        "plan_entitlement",
        STRONG - 4,
        patterns=(
            r"\b(?:disabled|not (?:available|included|enabled|supported|allowed)|unavailable) (?:\w+ )?(?:for|in|on|with|under|by) your (?:[\w-]+ ){0,2}(?:subscription|plan|tier|account|organi[sz]ation)\b",
            r"\byour (?:current )?(?:subscription|plan|tier) (?:does not|doesn't) (?:allow|include|support|permit|cover|have)\b",
            r"\b(?:you are )?not subscribed to\b|\bsubscription (?:is )?required\b|\brequires? an? (?:[\w-]+ )?(?:subscription|plan)\b|\bupgrade your (?:\w+ )?(?:plan|subscription)\b",
        ),
        unless=(r"\b(?:this|the) (?:item|product|offer|fare|title)\b",),
    ),
    Rule(
        "tool_permission.robots",
        "tool_permission",
        "robot_policy",
        STRONG,
        patterns=(
            r"\brobots?\.txt\b",
            r"\brobots? policy\b",
            r"robo?ted_denied|url_robo?ted",
            r"\bverify (?:that )?you are (?:a )?human\b",
            r"enable javascript and cookies to continue",
            r"<title>just a moment\.\.\.",
        ),
        unless=(r"\A\s*user-agent: ?\*",),
    ),
    Rule(
        "tool_permission.model_access",
        "tool_permission",
        "access_denied",
        LIKELY,
        patterns=(r"model .{0,80}does not exist or you do not have access",),
        scopes=("run",),
    ),
)


def _cause(code: str, title: str, description: str, check: str, mitigation: str) -> Cause:
    return Cause(
        "tool_permission",
        code,
        title,
        description,
        (
            check,
            "Repeat the request of {ref} to {target} outside the agent with the same identity and compare the answer{status}.",
            "Look for changes of keys, roles or policies of {agent} shortly before {when}.",
        ),
        mitigation,
        (
            ActionTemplate(
                "change_config", "Put right the access of {agent} to {target}", mitigation, "platform-team", "high", 2
            ),
            ActionTemplate(
                "monitoring",
                "Alert on refused access to {target}",
                "Count answers of {target} that refuse access, and alert on the first: such failures do not heal by retrying.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "unauthenticated",
        "{target} did not accept the caller's identity",
        "{where} was refused{status}: {target} did not accept who asked. It said {quote}.",
        "Check that the credentials {agent} sends to {target} are present, current and meant for environment {environment}.",
        "Renew the credentials that {agent} uses for {target} and store them where it reads them.",
    ),
    _cause(
        "forbidden",
        "{target} refused access",
        "{where} was refused{status}: the caller may not do this at {target}. It said {quote}.",
        "List what the identity of {agent} is allowed to do at {target}, and compare with what {ref} asked for.",
        "Grant {agent} the one permission that {ref} needs at {target}, or stop the agent from calling it.",
    ),
    _cause(
        "access_denied",
        "{target} refused access",
        "{where} was refused{status} for lack of permission. It said {quote}.",
        "List what the identity of {agent} is allowed to do at {target}, and compare with what {ref} asked for.",
        "Grant {agent} the one permission that {ref} needs at {target}, or stop the agent from calling it.",
    ),
    _cause(
        "invalid_api_key",
        "The key for {target} is missing or not valid",
        "{where} failed{status} because the key or token is missing, expired or wrong. It said {quote}.",
        "Check that the key for {target} is set in environment {environment}, belongs to it and has not expired or been revoked.",
        "Set a valid key for {target} in environment {environment}; rotate it if it was revoked.",
    ),
    _cause(
        "plan_entitlement",
        "The plan does not include {target}",
        "{where} was refused{status} because the account's plan does not include what was asked. It said {quote}.",
        "Compare the plan of the account with what {target} requires for this request.",
        "Upgrade the account's plan for {target}, or remove {target} from the tools of {agent}.",
    ),
    _cause(
        "robot_policy",
        "{target} refuses automated access",
        "{where} was refused{status} because the site does not allow automated access. It said {quote}.",
        "Read the site's robot policy and the user agent that {target} sends.",
        "Use a source that allows automated access, or have {target} identify itself as the site's policy asks.",
    ),
)
