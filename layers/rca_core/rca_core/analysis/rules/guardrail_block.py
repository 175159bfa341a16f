"""A safety rule stopped the run on purpose."""
# ruff: noqa: E501, RUF001 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed

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
)
_CONTENT: Final = r"(?:content|usage|safety|moderation|acceptable use|responsible ai|community|use case)"

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
        "guardrail_block.policy_text",
        "guardrail_block",
        "content_filter",
        STRONG + 5,
        patterns=(
            rf"\b{_CONTENT} (?:management )?(?:policy|policies|filter(?:s|ing)?|guidelines|system|check|settings|classifier)\b",
            r"\bviolat\w+ (?:\w+ ){0,4}(?:our |the )?(?:\w+ )?(?:policy|policies|guidelines|terms)\b",
            r"\bcontent_filter(?:ed)?\b|\bcontent exists risk\b|\bcontains? sensitive (?:words?|information|content)\b|\b(?:request|prompt|input|response|output|message) blocked by\b",
            r"\b(?:response|prompt|input|output|request|completion|message|content|candidate|query)s? (?:was |were |has been |have been |is |got )(?:\w+ )?(?:blocked|flagged|filtered|censored|refused)\b",
            r"\b(?:blocked|flagged|filtered|rejected|refused) (?:by|due to|because of|for|as) (?:\w+ ){0,4}(?:safety|policy|filter|moderation|harmful|unsafe|inappropriate|sensitive|prohibited|toxic|violence|self-harm|sexual|hate)\b",
            r"\bfinish_?reason['\"]?\s?[:=]\s?['\"]?(?:\w+\.)?(?:safety|content_filter|recitation|prohibited_content|blocklist|spii)\b|\bblock_?reason\b",
            r"\b(?:unsafe|harmful|inappropriate|toxic|nsfw|prohibited|offensive|profane|disallowed) (?:content|language|material|output|input|text)\b|\bto be nsfw\b|\bpolicy__",
            r"\bsensitive (?:content|words?|information) (?:\w+ ){0,2}(?:detected|found|contained|included)\b|\bpii (?:was |has been )?(?:detected|found|leak)",
            r"\b(?:prompt injection|jailbreak)(?: attempt)? (?:was |has been )?(?:detected|blocked|found)\b|\b(?:detected|blocked) (?:a |an )?(?:possible |potential )?(?:prompt injection|jailbreak)",
            r"\bsorry, the model cannot answer this question\b|\bsafety reasons?\b|moderation[ _](?:check )?(?:failed|blocked|flagged|violation)|\bmodel (?:has )?refused\b",
            r"敏感(?:信息|内容|词)",
            r"违(?:规|反).{0,6}(?:内容|政策|规定)|内容.{0,6}(?:违规|审核|安全)",
            r"不適切な(?:内容|コンテンツ)|コンテンツ(?:ポリシー|フィルタ)",
            r"política de (?:contenido|uso|conteúdo)",
            r"inhaltsrichtlinie|inhaltsfilter",
            r"politique (?:de contenu|d'utilisation)",
            r"нарушает.{0,20}(?:политик|правил)",
        ),
        unless=_IAM,
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
