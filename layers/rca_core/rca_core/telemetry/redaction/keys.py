"""What the name of a key says about its value: `dbPassword` holds a password, `password_policy` does not."""

from typing import Final, Literal, NamedTuple

from rca_core.telemetry.redaction.text import lazily, words

Trust = Literal["any", "name", "random", "query", "long", "digits", "authorization", "cookie"]
"""Which values under a key are credentials.

any: all but placeholders and messages. name: not those that say where it is kept. random: those that look made by a
machine or chosen to be hard to guess; query, long: of at least 16, 24 characters. digits: codes of 3 to 10 digits.
authorization, cookie: the parts of such a header.
"""


class Key(NamedTuple):
    """A key whose value is a credential: of which kind, judged how, and whether it groups several under names."""

    kind: str
    trust: Trust
    groups: bool = False


MAX_KEY: Final = 64
"""Characters of a key that are read, from its end: the last words say what it is."""

_WORD: Final = lazily(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORD_ENDS: Final = (
    "password", "passwd", "passwort", "passphrase", "passcode", "pwd", "contrasena", "kennwort", "wachtwoord",
)  # fmt: skip
_PASSWORDS: Final = {*_PASSWORD_ENDS, "pswd", "senha", "motdepasse", "mnemonic"}
_SINGLE_PASS_OWNERS: Final = frozenset(
    words(
        "db database user admin root smtp ftp sftp imap mail email http proxy login auth ssh redis mysql pg "
        "postgres mongo key store keystore truststore ldap bind api app basic my the"
    )
)
# Words after which nothing else about the key changes.
NEUTRAL_WORDS: Final = frozenset(
    words("confirmation confirm repeat again value plain plaintext raw encoded b64 base64 header headers hash digest")
)
# A token of these is a place in a list, a unit of text or an amount.
_NO_CREDENTIAL_TOKENS: Final = frozenset(
    words(
        "page next prev previous continuation pagination cursor resume sync delta skip starting start marker max "
        "min num total count eos bos pad unk mask sep cls stop end begin first last special prompt completion "
        "input output per cached reasoning request idempotency sequence fencing lock image text thinking audio "
        "new public jsonweb"
    )
)
_STRONG_KEYS: Final = frozenset(
    words(
        "api access secret private encryption encrypt decryption signing sign master shared subscription ssh "
        "deploy hmac aes rsa cipher auth authentication authorization jwt webhook consumer admin"
    )
)
_WEAK_KEYS: Final = frozenset(
    words(
        "account storage app application client service session integration ingest ingestion license write "
        "functions root openai anthropic stripe azure google gemini mistral cohere groq twilio sendgrid mailgun "
        "datadog github gitlab huggingface pinecone tavily serpapi serper weather maps heroku hubspot snyk "
        "algolia okta sentry segment shopify paypal square plaid mapbox cloudflare fastly vercel netlify supabase "
        "deepgram elevenlabs assemblyai replicate perplexity xai openrouter firecrawl exa jina brave bing "
        "deepseek voyage langsmith langfuse linear notion slack airtable"
    )
)
_CODES: Final = {"pin", "otp", "totp", "cvv", "cvv2", "cvc", "cvc2", "tan"}
_CODE_OWNERS: Final = frozenset(
    words("pin otp totp mfa 2fa factor verification security sms recovery backup time login tan")
)
_OAUTH_CODES: Final = frozenset(["authorization", "auth", "device"])
KEY_OWNERS: Final = _STRONG_KEYS | _WEAK_KEYS
CODE_OWNERS: Final = _CODE_OWNERS | _OAUTH_CODES
# In the query of a URL a short name is enough.
QUERY_KEYS: Final = {
    "code": Key("token", "query"),
    "key": Key("api_key", "query"),
    "signature": Key("signature", "query"),
    "sig": Key("signature", "query"),
    "hmac": Key("signature", "query"),
    "auth": Key("token", "query"),
    "samlresponse": Key("token", "query"),
}
# Words that say it wherever a name ends in them, and words that do if they are the whole name.
_ENDINGS: Final[dict[str, Key]] = {
    "authorization": Key("authorization", "authorization"),
    "cookie": Key("cookie", "cookie"),
    "cookies": Key("cookie", "cookie", groups=True),
    "credential": Key("credential", "name", groups=True),
    "credentials": Key("credential", "name", groups=True),
    "creds": Key("credential", "name", groups=True),
    "jsessionid": Key("cookie", "random"),
    "phpsessid": Key("cookie", "random"),
    "sessid": Key("cookie", "random"),
    "sessionid": Key("session", "long"),
    "jwt": Key("token", "random"),
    "pat": Key("token", "random"),
    "auth": Key("authorization", "random"),
    "assertion": Key("token", "long"),
    "sid": Key("cookie", "long"),
}
_WHOLE: Final[dict[str, Key]] = {
    "sas": Key("token", "random"),
    "bearer": Key("token", "random"),
    "samlresponse": Key("token", "long"),
    "accountkey": Key("api_key", "random"),
    "sessionid": Key("session", "random"),
    "sig": Key("signature", "long"),
}


def key_of(name: str) -> Key | None:
    """Return what a key says of its value; None if nothing, as for nearly all."""
    try:
        return _JUDGED[name]
    except KeyError:
        key = _judge(name[-MAX_KEY:])
    if len(_JUDGED) >= _MAX_JUDGED:
        _JUDGED.clear()
    if len(name) <= MAX_KEY:
        _JUDGED[name] = key
    return key


# A run has few names, each many times.
_JUDGED: Final[dict[str, Key | None]] = {}
_MAX_JUDGED: Final = 4_096


def _judge(name: str) -> Key | None:
    parts = [word.lower() for word in _WORD().findall(name)]
    while len(parts) > 1 and (parts[-1] in NEUTRAL_WORDS or parts[-1].isdecimal()):
        if parts[-1] == "hash" and not parts[-2].endswith(_PASSWORD_ENDS):
            return None  # of a token or a key, it tells nothing
        parts.pop()
    if not parts:
        return None
    last, owner = parts[-1], parts[-2] if len(parts) > 1 else ""
    return (
        _password(last, owner)
        or _token(last, owner)
        or _secret(last, owner)
        or _header(last, owner, parts)
        or _code(last, owner)
    )


def _password(last: str, owner: str) -> Key | None:
    singular = last.removesuffix("s") if last.endswith("words") else last
    if singular in _PASSWORDS or singular.endswith(_PASSWORD_ENDS):
        return Key("password", "any", groups=singular != last)
    if last in ("pass", "pw"):
        return Key("password", "any" if owner in _SINGLE_PASS_OWNERS else "random")
    if last in ("phrase", "words") and owner in ("seed", "recovery", "pass", "mnemonic"):
        return Key("password", "any")
    return None


def _token(last: str, owner: str) -> Key | None:
    if last.endswith("token"):
        if owner in _NO_CREDENTIAL_TOKENS or last.removesuffix("token") in (_NO_CREDENTIAL_TOKENS - {""}):
            return None
        return Key("token", "any" if owner or last != "token" else "random")
    if last.endswith("tokens"):
        credential = owner in ("access", "refresh", "auth", "api", "bearer", "id", "session")
        return Key("token", "any" if credential else "long", groups=credential)
    return None


def _secret(last: str, owner: str) -> Key | None:
    if last in ("secret", "secrets") or last.endswith("secret"):
        return Key("secret", "any" if owner or last not in ("secret", "secrets") else "name", groups=last == "secrets")
    if last in ("key", "keys") and (owner in _STRONG_KEYS or owner.endswith("api")):
        return Key("private_key" if owner == "private" else "api_key", "any", groups=last == "keys" and owner == "api")
    if last == "key" and owner in _WEAK_KEYS:
        return Key("api_key", "random")
    if last.endswith(("apikey", "apikeys", "accesskey", "secretkey", "privatekey", "authkey", "encryptionkey")):
        return Key("private_key" if last.startswith("private") else "api_key", "any", groups=last == "apikeys")
    return None


def _header(last: str, owner: str, parts: list[str]) -> Key | None:
    if last == "id" and owner == "session":
        return Key("session", "long")
    if parts[-3:] == ["client", "key", "data"]:
        return Key("private_key", "random")
    if last == "signature" and {"amz", "goog"} & set(parts):
        return Key("signature", "random")
    if last.startswith("aspsessionid"):
        return Key("cookie", "random")
    return (_WHOLE.get(last) if len(parts) == 1 else None) or _ENDINGS.get(last)


def _code(last: str, owner: str) -> Key | None:
    if last in _CODES:
        return Key("code", "digits")
    if last in ("code", "codes"):
        if owner in _CODE_OWNERS:
            return Key("code", "digits" if last == "code" else "any", groups=last == "codes")
        if owner in _OAUTH_CODES:
            return Key("token", "random")
    return Key("token", "random") if last == "verifier" and owner == "code" else None
