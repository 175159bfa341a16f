"""Whether a quoted text in a message is data, which varies, or the name of something, which tells failures apart."""

import re
from typing import Final

_LONGEST_NAME: Final = 60

_TELLING = re.compile(
    r"_*+(?:error|errors|err|errno|message|msg|detail|details|reason|title|description|hint|code|type|status|state|kind"
    r"|name|exception|cause|fault|loc|param|field|subtype|category|expected"
    r"|(?:error|status|fault)[ _-]?(?:message|msg|description|code|type|string|details?|class|name))",
    re.IGNORECASE,
)
# snake_case, camelCase, dotted.names, kebab-case, s3:GetObject, text/html, calls(), #selectors, models such as gpt-4o.
_NAME = re.compile(r"[#.@]?[A-Za-z_$][\w$]*+(?:(?:->|::|[.:/-])[\w$*]++|\[\w{0,20}+\])*+(?:\(\))?+")
_CAPITALISED = re.compile(r"[A-Z][a-z]+")
_ONE_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")

_SAYS_BEFORE = re.compile(
    r"(?:\A|\b(?:error|exception|message|msg|details?|reason|fault|cause|said|says|failed|failure) ?[:=]? ?"
    # An exception within another, or as a pair of code and message.
    r"|(?:error|exception)\(|\A\(-?\d{1,7}, )\Z",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(
    r"\b(?:type|class|object|schema|model|enum|field|argument|arg|parameter|param|attribute|property|column|key|keyerror"
    r"|method|function|tool|module|package|table|index|operation|action|permission|scope|role|header|variable|import"
    r"|missing|required|command|service|queue|topic|bucket|database|relation|region|feature|setting|option)s?"
    r"(?: named| called)?:? ?\Z",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(
    r" (?:object|type|instance|class|field|argument|parameter|module|tool|column|key|property|attribute|is required"
    r"|is missing|was missing)s?\b",
    re.IGNORECASE,
)
_DATA_BEFORE = re.compile(
    r"\b(?:values?|literal|query|string|float|got|received|given|was|input|prompt|question|keyword|search(?:ed)?"
    r"|base \d{1,2}|date|text|content|answer|path|file|directory)\)?:? ?=?\Z",
    re.IGNORECASE,
)
_THING_BEFORE = re.compile(
    r"\b(?:for|named|name|title|called|city|country|location|place|user|customer|symbol|company|person|product|entity"
    r"|project|team|document|page|item|about|matching|match|like|to|with|from|in)s?:? ?\Z",
    re.IGNORECASE,
)


def is_telling(key: str) -> bool:
    """Return whether the value of a field says what failed. The values of other fields are data."""
    return _TELLING.fullmatch(key) is not None


def is_data(content: str, before: str, after: str) -> bool:
    """Return whether a quoted text is data, from itself and from what stands just before and after it.

    A name of several parts (`customer_id`, `getOrder`, `s3:GetObject`) is data only where a value is announced; a
    single word also where a thing is, or if it has a capital and nothing says that it is a name; a sentence is data
    unless it is what an error says.
    """
    if not content.strip():
        return _DATA_BEFORE.search(before) is not None
    if any(char.isspace() for char in content):
        return _SAYS_BEFORE.search(before) is None
    if len(content) > _LONGEST_NAME or not _NAME.fullmatch(content):
        return True
    if _NAME_BEFORE.search(before) or _NAME_AFTER.match(after):
        return False
    is_thing = _CAPITALISED.fullmatch(content) or (_ONE_WORD.fullmatch(content) and _THING_BEFORE.search(before))
    return bool(is_thing or _DATA_BEFORE.search(before))
