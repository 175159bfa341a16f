"""The caller was not allowed to do what it asked for."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed

_MISSING_OR_HIDDEN: Final = (r"(?:does not exist|doesn't exist|not found|could not be found) or ",)
_KEY: Final = r"(?:api[ _-]?key|access[ _-]?(?:token|key)|auth(?:entication|orization)?[ _-]?(?:token|key|header|credentials?)|bearer token|security token|refresh token|session token|credentials?|jwt|secret key|client secret|personal access token)"

RULES: Final = (
    Rule(
        "tool_permission.401", "tool_permission", "unauthenticated", STRONG - 5, statuses=(401, 407), unless=(r"额度",)
    ),
    Rule("tool_permission.403", "tool_permission", "forbidden", STRONG - 5, statuses=(403,)),
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
            rf"\b(?:invalid|incorrect|missing|expired|revoked|wrong|bad|unknown|no|malformed)[ :]+(?:[\w-]+ ){{0,2}}?{_KEY}\b",
            rf"\b{_KEY} (?:\w+ ){{0,6}}?(?:not (?:valid|provided|set|found|configured|supplied|specified)|invalid|expired|missing|required|revoked|incorrect|disabled)\b",
            rf"\b(?:provide|set|specify|supply|pass|configure|include) (?:an?|your|the|either) (?:[\w.-]+ ){{0,3}}?{_KEY}\b",
            r"\b[a-z]{2,20}(?:_[a-z]{1,20}){0,6}_(?:api_key|token|secret)\b.{0,40}\b(?:not set|must be set|missing|required|environment variable)",
            r"\b(?:unable to locate|could not (?:automatically )?(?:determine|load|find|locate)) (?:\w+ ){0,2}credentials\b",
            r"\btoken (?:has |is )?(?:been )?(?:expired|revoked)\b",
            r"无效的?(?:令牌|api|密钥|key)",
            r"(?:令牌|密钥|token).{0,4}(?:无效|已过期|过期|失效|不正确)",
            r"apiキー.{0,8}(?:無効|正しく)",
            r"api-schlüssel.{0,12}ungültig",
            r"clave (?:de )?api.{0,12}(?:inválida|no válida|incorrecta)",
            r"clé api.{0,12}invalide",
        ),
    ),
    Rule(
        "tool_permission.text",
        "tool_permission",
        "access_denied",
        STRONG - 5,
        patterns=(
            r"\bpermissions? (?:was |were |is )?denied\b|\bpermission ['\"`]?[\w.:/-]{1,80}['\"`]? denied\b|\bcould not read (?:username|password)\b",
            r"\baccess (?:to .{1,60} )?(?:is |was |has been )?(?:denied|forbidden|not permitted|restricted)\b",
            r"\b(?:not|isn't|aren't) (?:currently )?(?:authori[sz]ed|permitted|entitled) (?:to|on|for)\b",
            r"\bunauthori[sz]ed (?:for|to|access|request|client|user|operation)\b|^(?:error: |http )?(?:[45]\d\d[: ]+)?unauthori[sz]ed\b|\b401 unauthori[sz]ed",
            r"\bis forbidden\b|^(?:error: |http )?(?:[45]\d\d[: ]+)?forbidden\b|\b403 forbidden|\(forbidden\)",
            r"\bauthentication (?:is )?(?:required|failed|failure|error|credentials were not provided|credentials)\b",
            r"\b(?:requires?|needs?) (?:\w+ )?(?:authentication|authorization|login|sign-?in)\b|\bmust be (?:logged in|authenticated|signed in)\b|\bnot (?:logged|signed) in\b|\bnot authenticated\b|\b(?:sso|login|auth\w*|user) session\b.{0,60}\bexpired\b|\b(?:please|you need to) (?:log|sign) in\b",
            r"\b(?:insufficient|inadequate|missing|lacks?|lacking|without|not have|no) (?:the )?(?:[\w.:'-]+ ){0,4}?(?:permissions?|privileges?|scopes?|access rights)\b",
            r"\b(?:do|does) not have (?:\w+ ){0,5}?(?:access|permissions?|privileges?|rights)\b|\bdon't have (?:\w+ ){0,3}?(?:access|permissions?)\b",
            r"\bpassword authentication failed\b|\baccess denied for user\b|\blogin failed for user\b|\bno pg_hba\.conf entry",
            r"\bexplicit deny\b|\bno identity-based policy allows\b",
            r"\boperation not permitted\b|\[errno 13\]|\beacces\b|\beperm\b",
            r"\bcannot (?:list|get|create|delete|update|patch|watch) resource\b",
            r"\bpermission denied \(publickey|\bhost key verification failed",
            r"\bmust be (?:an? )?(?:owner|superuser|admin\w*)\b",
            r"(?:没有|无|缺少|未).{0,4}(?:权限|授权)",
            r"权限不足",
            r"(?:鉴权|认证|身份验证)失败",
            r"拒绝访问",
            r"アクセスが?(?:拒否|許可されて)",
            r"権限が(?:ありません|ない)",
            r"認証(?:エラー|に失敗|が必要)",
            r"acceso denegado",
            r"permiso denegado",
            r"no autorizado",
            r"zugriff (?:wurde )?verweigert",
            r"keine berechtigung",
            r"accès (?:refusé|interdit)",
            r"acesso negado",
            r"não autorizado",
            r"доступ запрещ|отказано в доступе",
            r"권한이 없|인증에 실패",
        ),
        unless=(*_MISSING_OR_HIDDEN, r"connection refused"),
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
            r"\bcloudflare to restrict access\b",
            r"attention required! \| cloudflare",
        ),
        unless=(r"user-agent: ?\*",),
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
