"""A safety rule stopped the run on purpose."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed
from rca_core.analysis.rules.old_phrases import OF_BUSINESS, class_holding, quoted_code

_IAM: Final = (
    r"service control policy",
    r"identity-based policy",
    r"is not authorized to perform",
    r"robots?\.? ?(?:txt|policy)",
    r"unique constraint",
    r"foreign key",
    r"row-level security",
    r"network policy",
    r"cors",
    r"content security policy",
    r"\bip polic|conditional access polic|virtual network|firewall rules",
    r"\b10(?:08|0[0-37]) \(policy violation\)",
)
_CONTENT: Final = r"(?:content|usage|safety|moderation|acceptable use|responsible ai|community|use case|responsible use|child safety|trust (?:and|&) safety|risk control|compliance|copyright|dlp|data loss prevention|platform)"
_STOPPED: Final = r"(?:den(?:y|ied|ies)|block(?:ed|s|ing)?|reject(?:ed|s)?|refus(?:ed|es|ing)?|prevented|stopped|disallowed|vetoed|intercepted|halted|quarantined|prohibited|forbidden|declined|suppressed|withheld|redacted|aborted|cancelled|held|filtered(?: out)?|flagged)"
_GUARD: Final = r"(?:hooks?|content filters?|filters?|admission \w+|guard(?:ian)?|moderat(?:ion|or)\w*|safety \w+|safeguards?|shields?|(?:security|content|usage|admin\w*|org\w*|tool|agent|egress|outbound|opa|kyverno|gatekeeper|sandbox|data|compliance|dlp|corporate|enterprise|input|output|runtime|execution|command|approval|ai|llm|prompt) (?:\w+ ){0,2}?(?:polic(?:y|ies)|rules?|checks?|scan(?:ner)?|engine|controls?|guard|gateway|firewall|layer|filters?|restrictions?)|classifiers?|waf|web application firewall|mod_?security|dlp|prompt (?:security|shield|guard|armou?r|firewall)|model armou?r|llm ?guard|llama ?guard|lakera|nemo|sentinel|(?:polic(?:y|ies)|rules?) (?:engine|server|gateway|agent|enforce\w*|checks?)|safe ?search|kill ?switch|risk control|anti-?(?:bot|spam|abuse))"
_WRONG: Final = r"(?:high[- ]risk|unsafe|harmful|sensitive|nsfw|inappropriate|malicious|toxic|abusive|jail ?break\w*|(?:a )?prompt[ _-]injection|violent|violence|sexual\w*|explicit|adult|hate\w*|self[- ]harm|dangerous|suspicious|offensive|profan\w+|illegal|disallowed|prohibited|policy[- ]violat\w+|pornograph\w+|obscene|weapons?|csam|copyright\w*|pii|confidential)"
_SPEECH: Final = r"(?:requests?|prompts?|inputs?|contents?|outputs?|messages?|images?|pictures?|photos?|videos?|audio|quer(?:y|ies)|texts?|responses?|completions?|generations?|answers?|questions?|conversations?|candidates?|instructions?|documents?|uploads?)"
_RISKY: Final = r"(?:dangerous|destructive|unsafe|malicious|prohibited|disallowed|unapproved|risky|unrecogni[sz]ed|non-?select|write|mutating|ddl|dml|exfiltrat\w+)"
_ACT: Final = r"(?:commands?|operations?|quer(?:y|ies)|statements?|code|actions?|patterns?|payloads?|tool calls?|tools?|calls?|urls?|hosts?|domains?|imports?|functions?|shell)"

RULES: Final = (
    Rule(
        "guardrail_block.name",
        "guardrail_block",
        "content_filter",
        DECISIVE + 2,
        names=listed(
            """
            contentfilter contentfiltered contentfilterfinishreason contentpolicyviolation
            responsibleaipolicyviolation blockedprompt stopcandidate prohibitedcontent contentmoderation
            datainspectionfailed sensitivecontent sensitivecontentdetected contentblocked safetyblock
            moderationblocked promptblocked contentrefusal refusal spii blocklist recitation
            jailbreakdetected promptinjectiondetected contentsafety moderation unsafecontent modelrefusal
            """
        ),
        unless=_IAM,
    ),
    Rule(
        "guardrail_block.guardrail_name",
        "guardrail_block",
        "guardrail_tripwire",
        DECISIVE + 2,
        names=listed(
            """
            inputguardrailtripwiretriggered outputguardrailtripwiretriggered
            toolinputguardrailtripwiretriggered tooloutputguardrailtripwiretriggered guardrailviolation
            terminationguardrailviolation guardrailintervened guardrailtripwiretriggered guardrailblocked
            guardrailraised guardrailtriggered guardrail piidetection piidetected
            """
        ),
    ),
    Rule(
        "guardrail_block.guardrail_text",
        "guardrail_block",
        "guardrail_tripwire",
        STRONG + 6,
        patterns=(
            r"\bguardrails?\b(?: ['\"`:\w.-]{1,60}){0,5} (?:triggered|failed|blocked|intervened|violat\w+|rejected|tripped)\b",
            r"\b(?:triggered|blocked|rejected|denied|stopped|failed|intervened|violat\w+|tripped) (?:by |the |an? )*(?:\w+ ){0,2}guardrails?\b",
            r"\btripwire\b",
            r"^guardrails\.[\w.]+: ",
            r"\bvalidation failed for field with errors\b",
            r"\bguardrail_intervened\b",
        ),
    ),
    Rule(
        "guardrail_block.code",
        "guardrail_block",
        "content_filter",
        STRONG + 7,
        patterns=(
            class_holding(
                r"guardrail|content_?filter|content_?policy|contentmoderat|moderation|jail_?break|prompt_?injection|safety_?(?:block|filter|violation|exception|error|refus|polic)|policy_?violation|policy_?(?:block|denied|deny)|nsfw|sensitive_?content|blocked_?prompt|prompt_?blocked|content_?blocked|(?:model|content|llm|response)refus|responsibleai|contentsafety|content_?violation|harmfulcontent|unsafecontent|inappropriatecontent|hookdenied|hookblocked|blockedby(?:policy|hook|safety)",
                r"(?!\w{0,40}(?:timeout|ratelimit|connect|unavail|quota|config|auth|notfound|validation))\w{0,40}",
            ),
            quoted_code(
                r"content_?filter(?:ed|_)|content_?policy_?violation|moderation_?(?:blocked|failed|flagged|violation)|jail_?break|prompt_?injection|safety_?(?:block|filter|violation|refus)|nsfw_?(?:content|detected)|sensitive_?content|content_?(?:blocked|violation|moderated|unsafe)|prompt_?blocked|blocked_?by_?(?:policy|safety|guard|hook|waf)|against_?(?:policy|guidelines)|policy_?(?:violation|blocked|denied)|banned_?(?:prompt|word|content)|responsible_?ai|inappropriate_?content|harmful_?content|error_toxic|unsafe_?(?:content|prompt|output|image|generation)|(?:prompt|content|input|output)_?unsafe"
            ),
        ),
        # An event's own score, and a filter that found nothing.
        unless=(
            *_IAM,
            OF_BUSINESS,
            r"['\"](?:jailbreak|filtered|flagged|blocked|detected)['\"]: ?(?:false|\{['\"]filtered['\"]: ?false[^}]{0,60}\}\}?\s*$)",
        ),
    ),
    Rule(
        "guardrail_block.waf",
        "guardrail_block",
        "policy_block",
        STRONG + 3,
        patterns=(
            r"\bmod_?security\b|\bnot acceptable!|\bweb application firewall\b|\bincapsula incident|\bimperva\b|\bsucuri (?:website )?firewall|\bwordfence\b|\bbarracuda\b|\bfortiweb|\bfortigate|\bbig-ip asm|\baws ?waf|\bnaxsi\b|\bwebknight\b|\bdatadome\b|\bperimeterx\b|\bpx-captcha\b|\bakamaighost\b|\berrors\.edgesuite\.net\b|\bakamai bot",
            r"\battention required! \| cloudflare|\bcloudflare ray id\b.{0,400}blocked|\bcloudflare to restrict access\b|\berror (?:code:? )?1020\b|\bsorry,? you have been blocked\b|\bsecurity service to protect\b|\btriggered the security\b|\bprotect (?:itself|our\w*|against) (?:from )?(?:online |web )?(?:attacks|bots)|\byou (?:have been|are|were) blocked by (?:network|our|the) security",
            r"\bthe requested url was rejected\b|\byour support id is\b|\bthis request (?:was|has been) (?:blocked|rejected) (?:by|for security)",
            r"\baccess denied[\s\S]{0,700}?\breference (?:#|&#35;)\s?\d+\.[0-9a-f]+\.",
            r"\brequest (?:was |has been |is )?(?:blocked|rejected|denied|filtered)\b.{0,200}?\b(?:incident ?id|clientip|security|firewall|waf|support id|ray id|threat|suspicious|malicious)|<title>request (?:blocked|rejected)",
            r"\bdetected (?:a |an )?(?:potential |possible )?(?:sql injection|xss|cross-site scripting|attack|malicious (?:request|payload|activity))|\bblocked (?:for|due to|because of) (?:\w+ ){0,4}(?:security|suspicious|malicious|attack|abuse|abusive)",
            r"(?:请求|访问).{0,10}(?:被拦截|已被拦截|被阻断|存在(?:安全)?(?:威胁|风险|攻击))|(?:安全|防火墙).{0,6}拦截",
        ),
        unless=(r"user-agent: ?\*",),
    ),
    Rule(
        "guardrail_block.by_guard",
        "guardrail_block",
        "policy_block",
        STRONG + 2,
        patterns=(
            r"\b(?:blocked|stopped|rejected|refused|denied|intercepted) by (?:the )?(?:\S{1,24} ){0,5}?(?:rails?|guardrails?|moderation|shields?|safety checks?|self[- ]check)\b",
            rf"\b{_STOPPED} (?:by|due to|because of|in|per|under|via|through) (?:the |our |your |an? |its )?(?:[\w'\"`./:-]+ ){{0,3}}?{_GUARD}\b",
            rf"\b{_GUARD}\b[\"'`:]* (?:[\w'\"`./:-]+ ){{0,3}}?(?:has |have |was |did )?(?:denied|blocked|rejected|refused|prevented|stopped|vetoed|intercepted|disallow\w+|declined|flagged|forbids?|tripped)\b",
            rf"\b(?:tool|shell|command|{_ACT})\b.{{0,60}}?\b(?:{_STOPPED}|not (?:allowed|permitted|executed|run)|disallowed)\b.{{0,80}}?\b(?:allow[- ]?list\w*|white[- ]?list\w*|deny[- ]?list\w*|block[- ]?list\w*|black[- ]?list\w*|safe (?:commands?|list|mode)|safety|unsafe|dangerous|destructive|forbidden patterns?)\b|\bviolates podsecurity\b|\bconstraint template\b",
            r"\badmission (?:webhook|controller|policy|plugin)\b.{0,120}?\b(?:denied|rejected|forb\w+)\b|\b(?:denied|rejected) (?:by|in) (?:\w+ ){0,3}admission\b|\bpolicy [\w.-]{1,80} (?:failed|denied|violated)\b|\bvalidation error: .{0,80}rule [\w-]+ failed at path",
            r"\bpush protection\b|\bcannot contain secrets\b|\brule violations? found\b|\b(?:pre-receive|update|pre-push|pretooluse|pre-tool-use|pre_tool_call) hook\b.{0,30}(?:declined|denied|blocked|reject\w*)|\bhook declined\b|\bsecrets? (?:were |was |have been )?detected\b.{0,60}(?:block|reject|refus|commit|push|prompt)",
            rf"\b{_STOPPED}\b.{{0,40}}?\b{_RISKY} (?:\w+ ){{0,2}}?{_ACT}\b|\b{_RISKY} (?:\w+ ){{0,2}}?{_ACT}\b.{{0,40}}?\b(?:blocked|denied|rejected|refused|prevented|not (?:allowed|permitted)|detected|forbidden|disallowed)\b",
            r"\b(?:disabled|not (?:allowed|permitted|available)|blocked|forbidden|refused|prohibited|disallowed)\b.{0,40}\b(?:in|by|while in|under|during) (?:\w+ )?(?:safe|restricted|sandbox|dry-?run|plan|supervised|locked-?down|protected) mode\b",
            r"\bblocked\b.{0,100}?\bonly .{0,80}?\ballowed\b|\b(?:blocked|refus\w+|rejected|denied)\b.{0,60}\b(?:for (?:your )?(?:safety|security)(?: reasons)?|safety (?:reasons|rules?|mode|policy)|security reasons)\b",
            r"\b(?:human|user|operator|manual|admin\w*) (?:approval|confirmation) (?:was |is )?(?:required|denied|rejected|refused|not granted)\b.{0,60}(?:tool|command|action|call)",
        ),
        unless=(
            *_IAM,
            r"connection refused",
            r"\bfraud|\b(?:payment|transaction|cards?|refund|order|booking)\b.{0,30}\b(?:declined|rejected|blocked|denied|cancelled)",
        ),
    ),
    Rule(
        "guardrail_block.by_policy",
        "guardrail_block",
        "policy_block",
        STRONG + 1,
        patterns=(
            r"\b(?:blocked|denied|rejected|stopped|refused|disallowed|forbidden|prevented)\b (?:tool call |request |call |execution |action |operation |command )*(?:by|due to|per|under) (?:the |our |an? )?(?:\w+ )?polic(?:y|ies)\b(?! ?(?:number|holder))",
        ),
        unless=(
            *_IAM,
            OF_BUSINESS,
            r"\b(?:bank|company|hotel|store|shop|merchant|customers?|orders?|payments?|pricing|hr|leave)\b",
        ),
    ),
    Rule(
        "guardrail_block.policy_text",
        "guardrail_block",
        "content_filter",
        STRONG + 5,
        patterns=(
            rf"\b(?!platform|user|compliance|dlp|data loss|copyright|risk control){_CONTENT} (?:management )?(?:policy|policies|filter(?:s|ing)?|guidelines|system|check|settings|classifier)\b",
            r"\bviolat\w+ (?:[\w'’-]+ ){0,5}(?:policy|policies|guidelines|terms|community standards|code of conduct)\b|\b(?:violat\w+|against|not compl\w+ with) (?:[\w'’-]+ ){0,4}responsible ai\b|\b(?:policy|policies|guidelines) (?:\w+ ){0,2}prohibits?\b|\bprohibited use policy\b",
            r"\bcontent_filter(?:ed)?\b|\bcontent exists risk\b|\bcontains? sensitive (?:words?|information|content)\b|\b(?:request|prompt|input|response|output|message) blocked by\b",
            r"\b(?:response|prompt|input|output|request|completion|message|content|candidate|query)s? (?:was |were |has been |have been |is |got )(?:\w+ )?(?:blocked|flagged|filtered|censored|refused)\b",
            r"\b(?:blocked|flagged|filtered|rejected|refused) (?:by|due to|because of|for|as) (?:\w+ ){0,4}(?:safety|policy|filter|moderation|harmful|unsafe|inappropriate|sensitive|prohibited|toxic|violence|self-harm|sexual|hate)\b",
            r"\bfinish_?reason['\"]?\s?[:=]\s?['\"]?(?:\w+\.)?(?:safety|content_filter|recitation|prohibited_content|blocklist|spii)\b|\bblock_?reason\b",
            r"\b(?:unsafe|harmful|inappropriate|toxic|nsfw|prohibited|offensive|profane|disallowed) (?:content|language|material|output|input|text)\b|\bto be nsfw\b|\bpolicy__",
            r"\bsensitive (?:content|words?|information) (?:\w+ ){0,2}(?:detected|found|contained|included)\b|\bpii (?:was |has been )?(?:detected|found|leak)",
            r"\b(?:prompt injection|jailbreak)(?: attempt)? (?:was |has been )?(?:detected|blocked|found)\b|\b(?:detected|blocked) (?:a |an )?(?:possible |potential )?(?:prompt injection|jailbreak)",
            r"\bsorry, the model cannot answer this question\b|\bsafety reasons?\b|moderation[ _](?:check )?(?:failed|blocked|flagged|violation)|\bmodel (?:has )?refused\b",
            r"\b(?:prompt|completion|candidate|generation|model (?:output|response)|generated \w+)s? (?:is |was )?(?:blocked|flagged|filtered|censored)\b",
            r"\b(?:banned|forbidden|prohibited|blocked|restricted|flagged|disallowed|denied) (?:prompts?|words?|phrases?|keywords?|topics?|subjects?)\b|\b(?:input|output|dialog|retrieval|execution|safety|topical) rails?\b.{0,40}\b(?:block|stop|trigger|refus|violat|reject|interven)\w*|\Arail\w{0,10}exception|\b(?:words?|phrases?|topics?) (?:\w+ ){0,4}(?:is|are) (?:not allowed|banned|blocked|prohibited|forbidden|disallowed)\b",
            rf"\b{_SPEECH}\b.{{0,60}}?\b(?:considered|deemed|classified|flagged|detected|identified|marked|labell?ed|scored|judged|recogni[sz]ed|contain(?:s|ed|ing)?|includes?|triggered|appears? to (?:be|contain)|may (?:be|contain|violate|include)|categori[sz]ed)\b (?:[\w-]+ ){{0,4}}?{_WRONG}\b",
            rf"\b{_WRONG} (?:\w+ )?{_SPEECH}\b.{{0,40}}?\b(?:detected|found|blocked|rejected|not (?:allowed|permitted)|filter\w*|flagged|refused|removed|identified)\b|\b(?:detected|blocked|found|rejected|refused|flagged) (?:[\w-]+ ){{0,3}}?{_WRONG} (?:\w+ )?{_SPEECH}\b",
            rf"\b(?:not|n't|fail\w*|violat\w*|breach\w*|against|contrary to|not meet|conflicts? with|prohibited by|disallowed by|respect|incompatible with|pass(?:ed)?|comply with|under|infring\w+)\b (?:\w+ ){{0,4}}?(?:our |the |with |by )*(?:{_CONTENT}|openai|anthropic|google|azure|provider)(?:'s)? (?:[\w-]+ ){{0,3}}?(?:rules?|polic(?:y|ies)|guidelines?|standards?|checks?|review|filters?|system|requirements|criteria)\b",
            r"\b(?:prompt[ _-]?injections?|jail[ _-]?break(?:ing|s)?)\b.{0,40}\b(?:detect\w*|block\w*|violat\w*|reject\w*|attempts?|flag\w*|risk|found|threat|guard|secrets)\b|\bviolations?: (?:\w+ ){0,2}(?:prompt injection|jailbreak|secrets|pii|toxic)|\b(?:input|output|prompt|text|image|content)[ _](?:new_)?sensitive\b|\bnsfw\b.{0,50}\b(?:detected|found|filter\w*|blocked|flagged|not allowed)",
            r"\bmoderation\b.{0,40}\b(?:rules?|blocked|flagged|reject\w*|violat\w*|not pass\w*|did not pass|refused|filter\w*|denied)\b|\b(?:blocked|flagged|rejected|refused|fails?|failed|filtered|caught|not pass(?:ed)?|n't pass)\b.{0,40}\bmoderation\b|\bsafety (?:system|filters?|checks?|settings|classifiers?|policy|policies|ratings?|guidelines)\b.{0,60}\b(?:blocked|reject\w*|flagged|triggered|refus\w*|prevent\w*|violat\w*|not allowed|failed)|\b(?:blocked|rejected|refused|flagged|stopped|filtered) (?:\w+ ){0,4}(?:our |the )?safety\b|\bfinished? (?:with |due to |because of )?(?:reason:? )?safety\b",
            r"敏感.{0,4}(?:信息|内容|词|字)|(?:内容|输入|输出|文本|图片|提示词?).{0,8}(?:违规|违法|不合规|审核|安全|不当|风险|未通过|涉及|包含敏感)|违(?:规|反).{0,8}(?:内容|政策|规定|规则|条款)|风控|(?:涉黄|涉政|色情|暴恐)",
            r"(?:不適切|有害|暴力的|性的|センシティブ)な?(?:内容|コンテンツ|表現|画像|入力)|(?:コンテンツ|安全|利用規約|モデレーション).{0,6}(?:ポリシー|フィルタ|違反|基準|ブロック)|ガードレール",
            r"(?:유해|부적절|민감|선정적|폭력적)(?:한|인)? ?(?:콘텐츠|내용|표현|입력|단어)|(?:콘텐츠|안전|이용) ?(?:정책|필터|약관).{0,10}(?:위반|차단)|금칙어",
            r"pol[ií]tica(?:s)? de (?:contenidos?|uso|conteúdo|seguridad|segurança|moderación)|(?:contenido|conteúdo) (?:inapropiado|inadequado|bloqueado|sensible|sensível|ofensivo|prohibido|proibido)|inhalts?(?:richtlinie|filter)|(?:unangemessen\w*|anstößig\w*|schädlich\w*) inhalt|politique (?:de contenu|d'utilisation|de sécurité)|contenu (?:inapproprié|bloqué|sensible|interdit|offensant)|contenuto (?:inappropriato|bloccato|vietato|non consentito)|zasad\w* (?:treści|bezpieczeństwa)|niedozwolon\w+ treś\w+|içerik politika\w*|uygunsuz içerik|ongepaste inhoud|inhoudsbeleid|nội dung (?:không phù hợp|vi phạm|nhạy cảm)|konten (?:sensitif|tidak pantas|dilarang)",
            r"(?:bloque\w{1,20}|bloqué\w{0,20}|blockiert|gesperrt|bloccat\w|blokowan\w{0,20}|zablokowan\w{0,20}|заблокирован\w{0,20}|geblokkeerd|engellendi|diblokir|bị chặn|отклонен\w{0,20}|abgelehnt|rechazad\w|rejetée?)\b(?:\W{1,3}\w{1,24}){0,4}?\W{1,3}(?:filtr\w{0,20}|inhaltsfilter\w{0,20}|sicherheits\w{1,20}|polític\w{0,20}|politique|richtlinie\w{0,20}|moderac\w{0,20}|modération|seguridad|segurança|sécurité|политик\w{0,20}|безопасност\w{0,20}|модерац\w{0,20}|beleid|veiligheids\w{0,20}|güvenlik|kebijakan|chính sách)",
            r"нарушает.{0,30}(?:политик|правил)|(?:недопустим|запрещ[её]нн|небезопасн)\w+ (?:контент|содерж|запрос)\w*|политик\w+ (?:контента|безопасности|модерации)",
        ),
        unless=(
            *_IAM,
            OF_BUSINESS,
            r"\b(?:due to|because of|for) (?:exceed\w*|too many)\b|\brate[ -]limit",
            r"\bcontent[- ](?:type|length|encoding|disposition)",
            r"\b(?:transaction|payment)\b",
        ),
    ),
    Rule(
        "guardrail_block.refusal",
        "guardrail_block",
        "model_refusal",
        LIKELY,
        patterns=(
            r"^(?:\w+: )?(?:i'?m |i am )?(?:sorry|apologi[sz]e|i apologi[sz]e)?,? ?(?:but )?i (?:cannot|can't|can’t|am unable to|won't|am not able to) (?:assist|help|comply|fulfil?l|engage|provide (?:that|this)|do that|create|generate)\b",
            r"\brefus(?:ed|es) to (?:answer|respond|comply|generate)\b",
        ),
        unless=_IAM,
    ),
    Rule("guardrail_block.event", "guardrail_block", "policy_block", DECISIVE, names=("observedpolicyblock",)),
    Rule(
        "guardrail_block.flagged",
        "guardrail_block",
        "content_filter",
        CLEAR,
        patterns=(
            r"\b(?:flagged|blocked) (?:as|by|for|due to) (?:\w+ ){0,3}(?:policy|moderation|filter|safety|potential)\b",
        ),
        unless=_IAM,
    ),
)


def _cause(code: str, title: str, description: str) -> Cause:
    return Cause(
        "guardrail_block",
        code,
        title,
        description,
        (
            "Read the input and output at {ref}, and decide whether the block was right or a false alarm.",
            "Look up which rule or category fired, and how often it fires for {agent}.",
        ),
        "If the block was right, stop such input before {agent} acts on it and tell the user; if not, adjust the rule that fired and keep this run as a test case.",
        (
            ActionTemplate(
                "runbook",
                "Review the block at {ref}",
                "Have the owner of the policy judge this case: {quote}.",
                "security-team",
                "high",
                2,
            ),
            ActionTemplate(
                "test",
                "Keep the case as a test of the guardrail",
                "Add the input that was blocked in {agent}, and one that must pass, to the tests of the guardrail.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "content_filter",
        "A content policy blocked the run",
        "{where} was stopped{status} by a content policy: {quote}.",
    ),
    _cause("guardrail_tripwire", "A guardrail stopped the run", "{where} was stopped by a guardrail: {quote}."),
    _cause(
        "policy_block", "A guardrail blocked the run by policy", "{where} was blocked by a policy guardrail: {quote}."
    ),
    _cause(
        "model_refusal", "The model refused the request", "{where} ended in a refusal instead of a result: {quote}."
    ),
)
