"""Find credentials by the name they are assigned to: in JSON at any depth of escaping, code, YAML, queries, flags."""

import re
from collections.abc import Callable
from typing import Final

from rca_core.telemetry.redaction.judge import credential_parts, is_credential_number
from rca_core.telemetry.redaction.keys import CODE_OWNERS, KEY_OWNERS, NEUTRAL_WORDS, QUERY_KEYS, Key, key_of
from rca_core.telemetry.redaction.quotes import QUOTE, read_quoted
from rca_core.telemetry.redaction.text import KEY_CHARACTERS, Finder, Span, lazily, words
from rca_core.telemetry.redaction.values import MARK, is_reference, looks_random

_MAX_BEFORE: Final = 64
_KEY_END: Final = lazily(r"[\w.-]{0,80}+")

# ---- between a key and its value
_ASSIGNS: Final = lazily(
    rf"""
    (?P<close>{QUOTE})? (?:\]|%5[Dd])? (?P<close2>{QUOTE})? \s{{0,4}}+
    (?: (?P<sign>=>|[:?+!]{{0,3}}={{1,3}}|::?|%3[DdAa])
      | ,\s{{0,4}} {QUOTE} (?:value|Value|val|content) {QUOTE} \s{{0,4}} [:=]>?
      | \s{{0,4}} (?:value|Value) \s{{0,2}} =
      | (?P<paired>,)
    )
    (?P<break>[ \t]{{0,40}} (?:[|>][+-]?)? (?:\r?\n|\\n)[ \t]{{1,40}})?
    [ \t]{{0,40}} (?:(?:SecretStr|SecretBytes|Secret|str)\()? (?:[bBrRfFuU@](?={QUOTE}))?
    (?P<open>{QUOTE})?
    """,
    re.VERBOSE,
)
_FLAG: Final = lazily(rf"(?P<close>{QUOTE})?,?\s{{1,8}}(?P<open>{QUOTE})?|(?P<close2>{QUOTE}),(?P<open2>{QUOTE})")
# What a hint begins with before the name.
_OPENING: Final = lazily(r"(?:<(?:[\w.-]{1,40}:)?|\\[nrtbf]|[^A-Za-z0-9_.-])?")
_ELEMENT: Final = lazily(r"(?:\s[^<>]{0,200})?>\s{0,40}(?:<!\[CDATA\[)?")
_IN_ELEMENT: Final = lazily(r"[^<>]{1,4000}+")

# ---- values without quotes
_BARE: Final = lazily(r"[^\s\"'`<>,;&\\|]++")
_BARE_IN_LINE: Final = lazily(r"[^\s\"'`\\]++")
_BARE_TO_SEMICOLON: Final = lazily(r"[^\s\"'`;]++")
_IN_QUERY: Final = lazily(r"[^\s\"'`<>&#\\]++")
_HEADER_LINE: Final = lazily(r"[^\r\n\"'`\\]++")
_NUMBER: Final = lazily(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?![\w.])")
_LINE_START: Final = lazily(r"(?:^|\n|\\n)[ \t]{0,40}(?:export[ \t]|set[ \t]|-[ \t]|ENV[ \t])?[ \t]{0,8}$")
_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}
_LEAST_OF_LETTERS: Final = 16


def _assigned(text: str, start: int, end: int, spans: list[Span]) -> int:
    if opening := _OPENING().match(text, start, end):
        start = opening.end()
    head = text[max(0, start - _MAX_BEFORE) : start]
    begin = start - (len(head) - len(head.rstrip(KEY_CHARACTERS)))
    if begin and text[begin - 1] == "\\" and text[begin : begin + 1] in ("n", "r", "t") and begin < start:
        begin += 1
    match = _KEY_END().match(text, start)
    stop = match.end() if match else end
    name = text[begin:stop].rstrip(".-")
    key = _key_here(text, begin, name)
    if key is None or text.endswith(MARK, 0, begin):
        return max(stop, start + 1)
    stop = begin + len(name)
    if text[begin - 1 : begin] in ("<", ":") and (element := _element(text, begin, stop, key, spans)):
        return element
    if name.startswith("--") and (flagged := _flagged(text, stop, key, spans)):
        return flagged
    between = _ASSIGNS().match(text, stop)
    if (
        between is None
        or (text[begin - 1 : begin] == between["sign"] == ":")
        or (between["paired"] and not _pairs(text, begin, between))
    ):
        return max(stop, start + 1)
    closed = between["close"] or between["close2"] or ""
    if between["open"]:
        return _quoted(text, between.end(), between["open"], key, spans)
    return _unquoted(text, begin, between.end(), key, closed, spans, broken=between["break"] is not None)


def _key_here(text: str, begin: int, name: str) -> Key | None:
    if begin and text[begin - 1] in "?&#" and (key := QUERY_KEYS.get(name.lower())):
        return key
    return key_of(name)


def _pairs(text: str, begin: int, between: re.Match[str]) -> bool:
    """Return whether a comma stands between a name and its value: `("authorization", "Bearer x")`."""
    close, opened = between["close"], between["open"]
    if not close or not opened:
        return False
    before = text[max(0, begin - len(close) - 2) : begin - len(close)].rstrip("b ")
    value = text[between.end() : read_quoted(text, between.end(), opened).end]
    return before.endswith(("(", "[")) and (looks_random(value) or looks_random(value.rpartition(" ")[2]))


def _add(parts: list[tuple[int, int]], offset: int, kind: str, spans: list[Span]) -> None:
    spans.extend(Span(offset + start, offset + end, kind) for start, end in parts)


def _quoted(text: str, start: int, quote: str, key: Key, spans: list[Span]) -> int:
    found = read_quoted(text, start, quote)
    value = text[start : found.end]
    # What a shell puts between backticks is a command.
    parts = [] if quote == "`" and " " in value else credential_parts(key, value)
    _add(parts, start, key.kind, spans)
    return found.end if parts else max(start, min(found.after, start + 1))


def _unquoted(text: str, begin: int, start: int, key: Key, closed: str, spans: list[Span], *, broken: bool) -> int:
    if text[start : start + 1] in ("{", "["):
        return _grouped(text, start, key, spans)
    if closed and (number := _NUMBER().match(text, start)):
        if is_credential_number(key, float(number[0])):
            spans.append(Span(start, number.end(), key.kind, closed))
        return number.end()
    if key.trust in ("authorization", "cookie") or key.kind == "authorization":
        line = _HEADER_LINE().match(text, start)
        if line:
            _add(credential_parts(key, line[0]), start, key.kind, spans)
        return line.end() if line else start
    if broken and not (looks_random(_first_word(text, start)) or text[begin:start].rstrip().endswith(("|", ">", "-"))):
        return start
    stop = _bare_end(text, begin, start)
    value = text[start:stop]
    if not value or is_reference(value) or _too_little(text, begin, start, value, key):
        return start
    parts = credential_parts(key, value)
    _add(parts, start, key.kind, spans)
    return stop if parts else start


def _first_word(text: str, start: int) -> str:
    match = _BARE().match(text, start)
    return match[0] if match else ""


def _too_little(text: str, begin: int, start: int, value: str, key: Key) -> bool:
    if begin and text[begin - 1] in "?&#":
        return False
    if key.kind == "password" or not (value.isalpha() and value.islower()) or len(value) >= _LEAST_OF_LETTERS:
        return False
    # Words behind `token: ` and `secret: ` are prose.
    return text[start - 1] != "="


def _bare_end(text: str, begin: int, start: int) -> int:
    before = text[begin - 1 : begin]
    if before and before in "?&#":
        return _match_end(_IN_QUERY, text, start)
    if before == ";" or (text[begin - 2 : begin] == "; "):
        return _match_end(_BARE_TO_SEMICOLON, text, start)
    if _LINE_START().search(text, max(0, begin - 64), begin):
        stop = _match_end(_BARE_IN_LINE, text, start)
        return start + len(text[start:stop].rstrip(",;"))
    return start + _balanced(text[start : _match_end(_BARE, text, start)])


def _match_end(pattern: Callable[[], re.Pattern[str]], text: str, start: int) -> int:
    match = pattern().match(text, start)
    return match.end() if match else start


def _balanced(value: str) -> int:
    """Return the length of a value before what closes the list, object or call that it stands in."""
    if not any(closer in value for closer in _CLOSERS):
        return len(value.rstrip(".:"))
    opened: list[str] = []
    for index, character in enumerate(value):
        if character in "([{":
            opened.append(character)
        elif character in _CLOSERS and (not opened or opened.pop() != _CLOSERS[character]):
            return index
    return len(value.rstrip(".:"))


def _element(text: str, begin: int, stop: int, key: Key, spans: list[Span]) -> int | None:
    """Find what an XML element holds; None if this is none."""
    match = _ELEMENT().match(text, stop)
    if match is None or (text[begin - 1] == ":" and "<" not in text[max(0, begin - 20) : begin]):
        return None
    content = _IN_ELEMENT().match(text, match.end())
    # `<password>` alone is a placeholder.
    if content is None or not text.startswith("<", content.end()):
        return match.end()
    value = content[0].rstrip()
    _add(credential_parts(key, value), match.end(), key.kind, spans)
    return content.end()


def _flagged(text: str, stop: int, key: Key, spans: list[Span]) -> int | None:
    """Find the value of a command's flag: `--password x`, or the next of a list; None if it has none."""
    match = _FLAG().match(text, stop)
    if match is None:
        return None
    quote = match["open"] or match["open2"]
    if quote:
        return _quoted(text, match.end(), quote, key, spans)
    bare = _BARE_IN_LINE().match(text, match.end())
    if match["close"] or bare is None or bare[0].startswith("-"):
        return match.end()
    if not is_reference(bare[0]):
        _add(credential_parts(key, bare[0]), match.end(), key.kind, spans)
    return bare.end()


_PIECE: Final = lazily(r"\\{0,31}[\"'`]|[{}\[\]]|[^\"'`{}\[\]\\]++|\\")
HARMLESS_IN_GROUP: Final = frozenset(
    words(
        "type kind username user name id login email host url uri provider source status scope scopes expires "
        "expires_at expires_in region description title format default example examples pattern required loc msg"
    )
)


def _grouped(text: str, start: int, key: Key, spans: list[Span]) -> int:
    """Find the credentials in a list or, of keys that group them, in an object; return where to go on."""
    if text[start] == "{" and not key.groups:
        return start + 1
    depth, position, name = 0, start, ""
    while match := _PIECE().match(text, position):
        piece, position = match[0], match.end()
        if piece[-1] in "\"'`":
            found = read_quoted(text, position, piece)
            value, offset, position = text[position : found.end], position, max(found.after, position)
            if text[position : position + 2].lstrip().startswith(":"):
                name = value
            elif name.lower() not in HARMLESS_IN_GROUP:
                _add(credential_parts(key_of(name) or key, value), offset, key.kind, spans)
            if not found.closed:
                break
        elif piece in "{[":
            depth += 1
        elif piece in "}]":
            depth -= 1
            if depth <= 0:
                break
    return max(position, start + 1)


# ---- where to look
# What names of credentials end in; keys.py judges the whole name, and must know no family that is missing here.
_START: Final = r"(?:^|[^A-Za-z]|\\[nrtbf])"
_FAMILIES: Final = (
    r"passw(?:or)?ds?|passwd|passwort|passphrase|passcode|pwd|pswd|contrasena|kennwort|wachtwoord|senha|motdepasse|mnemonic"
    r"|(?:seed|recovery|pass|mnemonic)[-_. ]?(?:phrase|words)|secrets?|token|authorization|cookies?|credentials?|creds"
    rf"|(?:api|{'|'.join(sorted(KEY_OWNERS))})[-_. ]?keys?|(?:{'|'.join(sorted(CODE_OWNERS))})[-_. ]?codes?"
    r"|samlresponse|sess?id|session[-_. ]?id|aspsessionid[a-z]{0,12}|client[-_. ]?key[-_. ]?data|code[-_. ]?verifier"
    r"|(?:amz|goog)[-_. ]?signature"
)
_SHORT: Final = words("pass pw pin otp totp cvv cvv2 cvc cvc2 tan jwt pat sas bearer auth assertion sid sig")
# At the start of a word, or by its capital: not in `spin`.
_WORDS: Final = (
    f"{_START}(?i:{'|'.join(_SHORT)})|{'|'.join(word.capitalize() for word in _SHORT)}|[?&#](?i:{'|'.join(QUERY_KEYS)})"
)
_AFTER: Final = rf"(?i:[-_. ]?(?:{'|'.join(sorted(NEUTRAL_WORDS))}|[0-9]{{1,4}})){{0,3}}"
_NAME: Final = rf"(?:(?i:{_FAMILIES})|{_WORDS}){_AFTER}"
_QUOTES: Final = rf"(?:{QUOTE}|\]|%5[Dd]){{0,3}}"
_SPACE: Final = r"(?:\s|\\[nrt]){0,4}"
_SIGNS: Final = rf"{_SPACE}(?:[:=?+!]|%3[AaDd]|,{_SPACE}b?{QUOTE}|[Vv]alue{_SPACE}=)"
_FLAGGED: Final = rf"--[\w.-]{{0,40}}{_NAME}{_QUOTES}(?:[\s,]|\\[nrt])"
_XML: Final = rf"<[\w:.-]{{0,40}}{_NAME}(?:[\s>]|\\[nrt])"
# An amount of tokens is no credential.
_PLURAL: Final = rf"(?i:tokens){_AFTER}{_QUOTES}{_SPACE}[:=]{_SPACE}[^0-9\s]"
_HINT: Final = rf"{_NAME}{_QUOTES}{_SIGNS}|{_PLURAL}|{_FLAGGED}|{_XML}"

# In a body, more space may stand before the colon, and the name of a value (`{"value": …, "name": …}`) may come last.
_GATE: Final = (_HINT + rf"|{_NAME}{_QUOTES}{_SPACE}\}}").replace("){0,4}", ")*")

ASSIGNMENTS: Final = (Finder(_HINT, _assigned, _GATE),)
