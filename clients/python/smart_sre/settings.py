"""Where runs go: read from the environment once, or given by the program."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Settings:
    """A stack's address and secrets, and what every run of this process shares."""

    url: str = ""
    secret: str = field(default="", repr=False)
    access_secret: str = field(default="", repr=False)
    environment: str | None = None
    agent_version: str | None = None
    in_lambda: bool = False
    problems: tuple[str, ...] = ()
    """What is wrong with them, for a person. Never a secret."""

    @property
    def enabled(self) -> bool:
        """Tell whether runs can be sent."""
        return bool(self.url)

    @classmethod
    def load(
        cls,
        *,
        url: str | None = None,
        secret: str | None = None,
        environment: str | None = None,
        agent_version: str | None = None,
    ) -> "Settings":
        """Return the settings of this process; what is given wins over the environment. Raises nothing."""
        problems: list[str] = []
        found_secret = secret if secret is not None else _secret("SMART_SRE_SECRET", problems)
        return cls(
            url=_checked_url(url if url is not None else _variable("SMART_SRE_URL"), problems),
            secret=_one_line(found_secret, problems),
            access_secret=_one_line(_secret("SMART_SRE_ACCESS_SECRET", problems), problems) or found_secret.strip(),
            environment=environment or _variable("SMART_SRE_ENVIRONMENT") or None,
            agent_version=agent_version or _variable("SMART_SRE_AGENT_VERSION") or None,
            in_lambda=bool(_variable("AWS_LAMBDA_FUNCTION_NAME")),
            problems=tuple(problems),
        )


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _secret(name: str, problems: list[str]) -> str:
    if value := _variable(name):
        return value
    if not (path := _variable(f"{name}_FILE")):
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        problems.append(f"{name}_FILE: {path} cannot be read ({type(error).__name__})")
        return ""


def _one_line(secret: str, problems: list[str]) -> str:
    secret = secret.strip()
    if secret.isascii() and (not secret or secret.isprintable()):
        return secret
    # What it holds is not repeated.
    problems.append("the secret is not one line of printable ASCII, so it is not sent")
    return ""


def _checked_url(url: str, problems: list[str]) -> str:
    url = url.strip().rstrip("/")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        good = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if good and not parts.username and not parts.query and not parts.fragment:
        return url
    problems.append("SMART_SRE_URL is no address like https://host or http://127.0.0.1:8000, so nothing is sent")
    return ""
