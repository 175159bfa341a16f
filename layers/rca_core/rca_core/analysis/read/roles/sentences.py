"""Sentences that blame an argument: its name in the place where each wording puts it."""
# ruff: noqa: RUF001 - quotes and words of other languages

from collections.abc import Iterator
from typing import Any, Final

from rca_core.analysis.read.roles.libraries import (
    CALLED_FUNCTION,
    function_calls,
    is_of_the_call,
    json_schema,
    model_before,
    typed_lines,
    without_typed_lines,
)
from rca_core.analysis.read.roles.model import NOT_READ, Claim
from rca_core.analysis.read.roles.names import as_claim, excluded, is_plain, named_group, names_in
from rca_core.analysis.read.roles.paths import normal, parse_path
from rca_core.analysis.read.roles.sayings import WRONG_VALUE, compiled, saying_of, saying_of_code
from rca_core.analysis.read.roles.stop_words import FUNCTION_WORDS, NOUNS
from rca_core.analysis.read.roles.wording import (
    CLOSE,
    CLOSING,
    COLON,
    MARKED,
    NAME,
    NEEDS_SENT,
    QUOTES,
    UNMARKED,
    Wording,
)
from rca_core.analysis.read.roles.wordings_absent import ABSENT
from rca_core.analysis.read.roles.wordings_languages import ELSEWHERE
from rca_core.analysis.read.roles.wordings_shapes import SHAPES
from rca_core.analysis.read.roles.wordings_wrong import WRONG

MAX_PREDICATE: Final = 300
_WORDINGS: Final = (*SHAPES, *ABSENT, *WRONG, *ELSEWHERE)
_NAME_AND_PREDICATE: Final = compiled(
    rf"(?P<name>{NAME})(?:{CLOSE})?(?: \([^()\n]{{1,40}}\))?(?:: | - |\n\s{{1,8}}| => )"
)
# What may follow a name and a colon: a predicate without a subject.
_PREDICATE: Final = compiled(
    r"^(?:\S{1,40}error: )?(?:"
    r"(?:this |the )?(?:field |value |property |parameter |argument )?(?:is |was )?(?:an? )?(?:required"
    r"|missing|mandatory)(?: (?:value|field|property|argument|parameter|keyword-only argument"
    r"|positional argument))*\s*(?:$|[.;,!\[(])"
    r"|(?:field|property|value|argument) required|missing required (?:argument|keyword only argument"
    r"|positional argument|value|field)(?: \[|\s*$)|missing data for|missing$|none is not an allowed"
    r"|input should|extra (?:inputs?|fields?) not|extra inputs are|unexpected (?:keyword"
    r"|positional)? ?argument(?: \[|\s*$)|unknown field\.?(?: |$)|unexpected (?:field|property|key)\s*\.?$"
    r"|must (?:not )?(?:be|have|contain|match|start|end)\b|should (?:not )?(?:be|have|contain|match)\b|(?:does"
    r"|did) not match|is (?:not|too|invalid|an? invalid|less|greater)\b|not (?:a|an|of|one)\b|cannot be\b"
    r"|can't be\b|can not be\b|may not be\b|"
    r"\w+ found, \w+ expected|is missing but it is required|expected\b|invalid (?:value|type|input|enum|string"
    r"|choice|format|url|email|date|uuid|literal|option)\b|required value\b|unsupported value\b|too (?:long"
    r"|many|short|small|big)\b|value (?:length )?(?:\S{1,40} )?(?:is not|must|should|error|could|did|exceeds"
    r"|is)|-?\d[\d.]* is (?:greater|less|not|too|longer|shorter|above|below|more)\b|ensure this"
    r"|string (?:should|does|must)|(?:str|int|float|bool) (?:type )?expected|"
    r"unable to parse|incorrect type|wrong type|a valid \w+ is required|not a valid|number must|array must"
    r"|shorter than|longer than|date has wrong|datetime has wrong|enter a valid|select a valid"
    r"|unknown parameter|unrecogni[sz]ed (?:key|field|parameter)\s*\.?$|additional propert(?:y|ies) (?:is"
    r"|are) not allowed|got (?:an? )?\w+, (?:expected|want)|want \w+"
    r")"
)
# The name of what a schema asks for, or refuses, comes after these.
_OF_ANOTHER: Final = compiled(
    r"^ ?(?:missing|wrong|unknown) (?:key|field|property)|^ ?(?:must|should|does|did|do|is|was)(?: not"
    r"|n't)? (?:have|contain|include|allowed to have|missing|support) (?:the |an? |any )?"
    r"(?:required|additional|unevaluated|property|properties|unknown|extra|field|parameter|argument)"
)
_HUMAN_FIELD: Final = compiled(
    r"\bthe (?P<name>[A-Za-z][\w.\- ]*?) field (?P<rest>(?:is required|must|may not|may only|should|has|cannot"
    r"|is prohibited|does not|contains|is not|format)\b[^\n]{0,200})"
)
_SELECTED: Final = compiled(r"\bthe selected (?P<name>[A-Za-z][\w.\- ]*?) is invalid\b(?P<rest>)")
_FULL_MESSAGES: Final = compiled(
    r"(?:validation failed: |, |^)(?P<name>[A-Z][\w ]*?) (?P<rest>(?:can[’']t be blank|must exist"
    r"|is too (?:short|long)|is not a number|is invalid|is not included in the list|must be (?:greater|less"
    r"|an integer|equal|in|odd|even)|has already been taken)\b[^\n,]{0,80})"
)


def claims_in(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what the sentences of a text say of arguments."""
    yield from json_schema(text)
    yield from typed_lines(text, tool_name)
    text = without_typed_lines(text)
    yield from function_calls(text, tool_name)
    # Whether a function is the tool is known there only.
    for call in CALLED_FUNCTION.finditer(text):
        text = f"{text[: call.start()]}{NOT_READ * (call.end() - call.start())}{text[call.end() :]}"
    for wording in _WORDINGS:
        for match in wording.pattern.finditer(text):
            yield from _claims(wording, match, text)
    yield from _predicates(text, tool_name)
    yield from _human(text)


def _claims(wording: Wording, match: Any, text: str) -> Iterator[Claim]:
    saying = wording.saying
    code = named_group(match, "code")
    if code:
        saying = saying_of_code(code[0]) or WRONG_VALUE
    elif saying is None:
        told = _told(match, text)
        saying = None if _OF_ANOTHER.search(told) else saying_of(told)
    if saying is None:
        return
    found = named_group(match, "names") or named_group(match, "name")
    if not found or excluded(text, found[1], found[1] + len(found[0]), saying):
        return
    parent = named_group(match, "parent")
    above = parse_path(parent[0]) or () if parent else ()
    if above[:1] in (("headers",), ("header",), ("cookies",)):
        return
    written_names = (
        names_in(*found)
        if "names" in match.re.groupindex
        else [(found[0].lstrip("-"), found[1] + len(found[0]) - len(found[0].lstrip("-")))]
    )
    for written, start in written_names:
        if written.lower() in NOUNS and text[max(0, start - 8) : start].lower() == "invalid ":
            break
        mark = _mark(wording, text, start, written)
        # An option of a command line is an argument whose name takes underscores.
        is_option = text[max(0, start - 2) : start] == "--"
        found_claim = as_claim(
            written,
            start,
            saying,
            mark=mark,
            above=above,
            is_option=is_option,
            needs_sent=wording.mark == NEEDS_SENT,
            of_prose=saying.kind != "missing" and wording.mark == UNMARKED and _is_prose(match, text, start),
        )
        if found_claim is None:
            break
        yield found_claim


def _told(match: Any, text: str) -> str:
    """Return what a wording says of the name: what it caught, what follows it in the sentence, or all around it."""
    if follows := named_group(match, "follows"):
        rest = text[follows[1] : follows[1] + MAX_PREDICATE].split("\n", 1)[0]
        return rest.split("; ", 1)[0].split(". ", 1)[0]
    found = named_group(match, "rest")
    if not found or not found[0]:
        return text[match.start() : match.end() + MAX_PREDICATE]
    # What is said before a name may be told more closely after it.
    named = named_group(match, "name")
    after = text[named[1] + len(named[0]) :][:MAX_PREDICATE].split("\n", 1)[0] if named else ""
    return f"{found[0]} {after}" if named and named[1] > found[1] else found[0]


def _mark(wording: Wording, text: str, start: int, written: str) -> int:
    """Return what shows that a word is a name: quotes or its form, a colon or its place, or nothing."""
    before = text[max(0, start - 2) : start].lstrip("-")
    end = start + len(written)
    if (before[-1:] in QUOTES and text[end : end + 1] in CLOSING) or (before[-1:] == "-" and wording.mark >= COLON):
        return MARKED
    if not is_plain(written):
        return COLON if wording.mark >= COLON or not written[0].isupper() else UNMARKED
    return wording.mark


def _is_prose(match: Any, text: str, start: int) -> bool:
    """Return whether a sentence may be about a thing rather than an argument: "the party must have 8 guests"."""
    if text[max(0, start - 4) : start].lower() == "the ":
        return True
    follows = named_group(match, "follows")
    return follows is not None and not follows[0].strip().lower().startswith(
        ("must", "should", "has to", "need", "expect")
    )


def _predicates(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what is said as `name: predicate`, or with the predicate on the next line."""
    for match in _NAME_AND_PREDICATE.finditer(text):
        name = named_group(match, "name")
        rest = text[match.end() : match.end() + MAX_PREDICATE].split("\n", 1)[0].strip()
        if not name or not _begins_there(text, name[1]) or not _PREDICATE.search(rest):
            continue
        saying = saying_of(rest)
        if saying is None or normal(name[0]) == normal(tool_name):
            continue
        model = model_before(text, name[1])
        if (model and not is_of_the_call(model)) or excluded(text, name[1], name[1] + len(name[0]), saying):
            continue
        written = name[0]
        if written.endswith("]") and (code := written[written.rfind("[") + 1 : -1]).isupper():
            written = written[: -len(code) - 2]
        if one := as_claim(written, name[1], saying, mark=MARKED if model else COLON):
            yield one


def _begins_there(text: str, start: int) -> bool:
    """Return whether a clause begins at a place of a text."""
    before = text[max(0, start - 4) : start].rstrip("\\'\"`“‘«「『„")
    line = before.rsplit("\n", 1)[-1]
    if line.strip(" -*•") == "" and ("\n" in before or len(before) == start):
        return True
    return before.endswith((":", ";", ">", "(", "[", "✖", "•", ": ", "; ", ", ", ". ", "! ", "> ", "✖ ", "• "))


def _human(text: str) -> Iterator[Claim]:
    """Yield what is said of fields whose names are written as words: `the customer id field is required`."""
    for pattern in (_HUMAN_FIELD, _SELECTED, _FULL_MESSAGES):
        for match in pattern.finditer(text):
            name, rest = named_group(match, "name"), named_group(match, "rest")
            saying = (saying_of(rest[0]) if rest and rest[0] else None) or (WRONG_VALUE if rest else None)
            if not name or saying is None or len(name[0].split()) > 4:
                continue
            words = name[0].split()
            if any(word.lower() in FUNCTION_WORDS for word in words):
                continue
            if excluded(text, name[1], name[1] + len(name[0]), saying):
                continue
            written = "_".join(words)
            if pattern is _FULL_MESSAGES or len(words) > 1:
                written = written.lower()
            if path := parse_path(written):
                yield Claim(path, saying, name[1], name[1] + len(name[0]))
