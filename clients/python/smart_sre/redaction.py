"""A first line against credentials: what shows plainly never leaves the process. The server redacts again."""

import re
from typing import Any, Final

_KEY: Final = re.compile(
    r"(?i)(?:^|[_.\-\s])(?:password|passwd|passphrase|pwd|secret|token|api_?-?key|apikey|access_?-?key|private_?-?key|"
    r"authorization|cookie|set-cookie|credentials?|client_?-?secret|session_?-?key)$"
)
_JOINED: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "private_key",
        re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,30}KEY-----|\Z)"),
    ),
    ("jwt", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]{5,})?")),
    ("api_key", re.compile(r"\b(?:sk|pk|rk)[-_](?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,}")),
    (
        "api_key",
        re.compile(r"\b(?:AIza[A-Za-z0-9_-]{30,}|gsk_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{20,})"),
    ),
    (
        "token",
        re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{40,}|glpat-[\w.-]{20,}|xox[abeoprs]-[\w-]{16,})"),
    ),
    ("aws_key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
)
_BEARER: Final = re.compile(r"(?i)\b((?:bearer|basic)\s+)(?=[A-Za-z0-9._~+/=-]*[0-9A-Z])[A-Za-z0-9._~+/=-]{8,}")
_URL: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://[^\s/@:]{0,100}:)[^\s/@]{1,200}(?=@)")
_NAMED: Final = re.compile(
    r"""(?ix)
    ((?:\b|_)(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|authorization)
     \\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)
    (?!\[redacted|null\b|none\b|true\b|false\b|undefined\b)
    (?!(?:bearer|basic)\s)
    ([^\s"'\\,;&}\])]{4,})
    """
)


def redact(value: Any, key: str = "") -> Any:
    """Return JSON with credentials replaced by `[redacted:kind]`: by the name of their key, or by their form."""
    if isinstance(value, dict):
        return {name: redact(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [redact(inner, key) for inner in value]
    if not isinstance(value, str):
        return value
    if value and _names_a_credential(key):
        return value if value.startswith("[redacted") else f"[redacted:{_kind(key)}]"
    return redact_text(value)


def redact_text(text: str) -> str:
    """Return a text with the credentials in it replaced."""
    for kind, pattern in _FORMS:
        text = pattern.sub(f"[redacted:{kind}]", text)
    text = _BEARER.sub(r"\1[redacted:token]", text)
    text = _URL.sub(r"\1[redacted:password]", text)
    return _NAMED.sub(r"\1[redacted:secret]", text)


def _names_a_credential(key: str) -> bool:
    return bool(_KEY.search(_JOINED.sub("_", key)))


def _kind(key: str) -> str:
    plain = key.lower()
    return next(
        (kind for kind in ("password", "token", "secret") if kind in plain), "api_key" if "key" in plain else "secret"
    )
