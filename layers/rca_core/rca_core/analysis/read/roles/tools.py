"""Which tool a text says does not exist."""

from collections.abc import Collection
from typing import Any, Final

from rca_core.analysis.read.roles.model import MAX_TEXT
from rca_core.analysis.read.roles.paths import normal
from rca_core.analysis.read.roles.sayings import compiled
from rca_core.analysis.rules.model import listed

_NAME: Final = r"['\"`\[<]?(?P<name>[A-Za-z_][\w.:/-]{0,99})['\"`\]>]?"
_QUOTED: Final = r"['\"`](?P<name>[A-Za-z_][\w.:/ -]{0,99})['\"`]"
_THING: Final = (
    r"(?:tool|function|action|skill|mcp tool|tool call|function call|tool_name|plugin function|kernel function)"
)
_ABSENT: Final = (
    r"(?:not found|(?:is|was) not found|does not exist|doesn't exist|don't exist|(?:is"
    r"|was) not (?:an? )?(?:part of the provided|available|registered|recogni[sz]ed|defined|known|supported"
    r"|enabled|implemented|exposed)|not (?:available|registered|recogni[sz]ed|supported|implemented)"
    r"|(?:is|was) unknown|(?:is|was) unavailable|isn't (?:available|registered|defined)|(?:is|was) not (?:in"
    r"|one of|among) (?:the )?(?:list|available|known|registered|provided|declared)|could not be found"
    r"|cannot be found|could not be resolved|not in (?:the )?(?:available|list|registry|tools))"
)
_PATTERNS: Final[tuple[Any, ...]] = tuple(
    map(
        compiled,
        (
            (
                rf"\b(?:unknown|unavailable|unregistered|undefined|unrecogni[sz]ed|nonexistent|non-existent"
                rf"|unsupported|invalid|missing) {_THING}(?: name| called| named)?(?: ?[:=] ?| ){_NAME}(?:$"
                rf"|[\s.,;!)\]\n])"
            ),
            rf"\b{_THING}(?: with (?:the )?name| named| called)?:? {_NAME} {_ABSENT}",
            rf"{_QUOTED} {_ABSENT} {_THING}",
            rf"{_QUOTED} is not (?:a |an )?(?:valid|known|recogni[sz]ed|registered|available|existing) {_THING}",
            rf"(?:^|[\s:]){_NAME} is not (?:a |an )?(?:valid|known|recogni[sz]ed|registered|available) {_THING}\b",
            (
                rf"\b(?:no|could not find(?: a| the)?|cannot find(?: a| the)?|can't find(?: a| the)?"
                rf"|unable to find(?: a| the)?|failed to find(?: a| the)?) (?:such )?(?:registered "
                rf"|matching )?{_THING}(?: (?:registered |found |available )?(?:with (?:the )?name|named|called"
                rf"|for))?(?: ?[:=] ?| ){_NAME}"
            ),
            rf"\b(?:no such {_THING} available|{_THING} not found|no \w+ found for {_THING} name): {_NAME}",
            rf"\b{_THING} {_QUOTED},? but it (?:doesn't|does not) exist",
            r"\b(?:unavailable|unknown|non-existent) tool ['\"`](?P<name>[\w.:/-]{1,100})['\"`]",
            (
                rf"\b(?:model|agent|llm|assistant) (?:tried|attempted|wanted) to (?:call|use"
                rf"|invoke) (?:an? )?(?:unavailable|unknown|non-?existent|undefined)? ?{_THING}? ?{_NAME}"
            ),
            rf"\baction {_QUOTED} (?:don't|does not|doesn't) exist",
            rf"\b{_THING} {_NAME} (?:is )?(?:not|isn't) (?:part of|available)",
        ),
    )
)
_NO_NAME: Final = frozenset(listed("call calls name named with for in is was the not to id error result that this you"))


def unknown_tool(text: str, called: str, known: Collection[str]) -> str | None:
    """Return the tool that a text says does not exist: the one that was called, or one that nobody knows."""
    names = {normal(each) for each in known}
    for pattern in _PATTERNS:
        number = pattern.groupindex["name"]
        for match in pattern.finditer(text[:MAX_TEXT]):
            name = str(match.group(number)).rstrip(".:/-")
            if normal(name) and name.lower() not in _NO_NAME and (name == called or normal(name) not in names):
                return name
    return None
