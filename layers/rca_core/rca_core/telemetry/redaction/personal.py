"""Find personal data that shows by its form: e-mail addresses, phone numbers, card numbers, IBANs."""

from typing import Any, Final

from rca_core.telemetry.redaction.text import BOUND, Finder, Span, lazily

# ---- e-mail addresses
_LOCAL: Final = lazily(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\Z")
_DOMAIN: Final = lazily(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w])")
_BEFORE: Final = "./'=&?*"


def _email(text: str, start: int, end: int, spans: list[Span]) -> int:
    domain = _DOMAIN().match(text, end)
    head = text[max(0, start - 64) : start]
    at = max((head.rfind(stop) for stop in " \t\r\n\"'<>()[]{},;:=/&?|\\"), default=-1) + 1
    local = head[at:].lstrip(_BEFORE)
    # `git@host:path` is an address of a repository.
    if (
        domain is None
        or not local
        or not _LOCAL().match(local)
        or (local == "git" and text[domain.end() :][:1] in (":", "/"))
    ):
        return end
    spans.append(Span(start - len(local), domain.end(), "email"))
    return domain.end()


# ---- numbers
_PHONE: Final = lazily(
    r"(?:\+|00)[1-9](?:[ ./-]{0,2}(?:\(\d{1,4}\)|\d)){6,14}(?![\w.-]*\w)|\(\d{3}\) ?\d{3}[ -]\d{4}(?!\d)"
)
_CARD: Final = lazily(r"\d(?:[ -]?\d){12,18}(?![\d.]|-\d)")
_BRANDS: Final = lazily(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01]|720)\d{12,13}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5[06-9]|6\d)\d{14,17}"
)
_MIN_PHONE_DIGITS: Final = 8


def _phone(text: str, start: int, end: int, spans: list[Span]) -> int:
    start = next((at for at in range(start, end) if text[at] in "+0("), start)
    match = _PHONE().match(text, start)
    # Behind a dash or a dot it is the rest of another number.
    inside = start > 0 and text[start - 1] in "-./_"
    if inside or match is None or sum(map(str.isdigit, match[0])) < _MIN_PHONE_DIGITS:
        return max(end - 1, start + 1)
    spans.append(Span(match.start(), match.end(), "phone"))
    return match.end()


def _card(text: str, start: int, end: int, spans: list[Span]) -> int:
    start = next((at for at in range(start, end) if text[at].isdigit()), start)
    match = _CARD().match(text, start)
    if match is None:
        return max(end - 1, start + 1)
    if is_card(match[0]):
        spans.append(Span(match.start(), match.end(), "card"))
    return match.end()


def is_card(number: str) -> bool:
    """Return whether a number is one that an issuer of cards gives out, by its length, its start and Luhn's check."""
    digits = "".join(filter(str.isdigit, number))
    if not _BRANDS().fullmatch(digits) or len(set(digits)) < 2:
        return False
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


# ---- IBANs, by the length that each country has
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN: Final = lazily(r"[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}+")


def _iban(text: str, start: int, end: int, spans: list[Span]) -> int:
    start = next((at for at in range(start, end) if text[at].isalpha() and text[at : at + 2] in _IBAN_LENGTHS), start)
    match = _IBAN().match(text, start)
    length = _IBAN_LENGTHS.get(text[start : start + 2])
    if match is None or length is None:
        return end
    places = [at for at in range(match.start(), match.end()) if text[at].isalnum()][:length]
    code = "".join(text[at] for at in places)
    if len(code) < length or text[places[-1] + 1 : places[-1] + 2].isalnum():
        return end
    if int("".join(str(int(character, 36)) for character in code[4:] + code[:4])) % 97 != 1:
        return end
    spans.append(Span(places[0], places[-1] + 1, "iban"))
    return places[-1] + 1


_PHONE_KEYS: Final = (
    "phone",
    "phonenumber",
    "phone_number",
    "mobile",
    "telephone",
    "msisdn",
    "phoneno",
    "cellphone",
    "fax",
)
PERSONAL: Final = (
    Finder("@", _email, r"@(?:[^\x00-\x2f:-@]|xn--)"),
    Finder(
        rf"{BOUND}(?:\+|00)[1-9][0-9 ./()-]|\([0-9]{{3}}\) ?[0-9]",
        _phone,
        r"(?:\+|00)[1-9][0-9 ./()-]{6}|\([0-9]{3}\) ?[0-9]{3}[ -]"
        rf"|(?i:{'|'.join(_PHONE_KEYS)})\\{{0,31}}\"",
    ),
    Finder(rf"{BOUND}[2-6](?:[ -]?[0-9]){{12}}", _card, r"[2-6](?:[ -]?[0-9]){12}"),
    Finder(rf"{BOUND}[A-Z]{{2}}[0-9]{{2}}[ -]?[A-Z0-9]{{4}}", _iban, rf"{BOUND}[A-Z]{{2}}[0-9]{{2}}[ -]?[A-Z0-9]{{4}}"),
)

_PHONE_VALUE: Final = lazily(r"\+?[\d ()./-]{7,24}")


def personal_kind(name: Any, value: Any) -> str | None:
    """Return of what kind a whole value is personal, by its key or as a number; None if it is not."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    if (
        isinstance(name, str)
        and name.lower().replace("-", "_").endswith(_PHONE_KEYS)
        and _PHONE_VALUE().fullmatch(text)
    ):
        return "phone"
    return "card" if isinstance(value, int) and len(text) <= 19 and is_card(text) else None
