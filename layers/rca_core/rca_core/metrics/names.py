"""Names that metrics are kept under: agents', tools', versions', cut to a bounded length."""

from hashlib import sha256
from typing import Final

OTHER: Final = "__other__"
"""What names are counted under that are too many."""

_LONGEST: Final = 100
_BETWEEN: Final = "\N{INFORMATION SEPARATOR ONE}"


def short(name: str) -> str:
    """Return a name of at most 100 characters; the end of a longer one becomes a digest, so that two stay two."""
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}~{sha256(name.encode()).hexdigest()[:8]}"


def version_name(agent: str, version: str) -> str:
    """Return what a version of an agent is counted under: versions of two agents are not one."""
    return short(agent) + _BETWEEN + short(version)


def agent_and_version(name: str) -> tuple[str, str]:
    """Return the agent and the version that a name stands for; both are `__other__` for those that were too many."""
    agent, _, version = name.partition(_BETWEEN)
    return agent, version or agent
