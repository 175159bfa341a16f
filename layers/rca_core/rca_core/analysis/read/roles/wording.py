"""How patterns for sentences are put together: names, the words for an argument, what shows that a word is a name."""
# ruff: noqa: RUF001 - quotes and words of other languages

from dataclasses import dataclass
from typing import Any, Final

from rca_core.analysis.read.roles.model import Saying
from rca_core.analysis.read.roles.sayings import compiled

# What shows that a word is a name.
NEEDS_SENT: Final = -1
UNMARKED: Final = 0
AFTER_ROLE: Final = 1
COLON: Final = 2
MARKED: Final = 3
QUOTES: Final = tuple("'\"`“‘«「『„")
CLOSING: Final = tuple("'\"`”’»」』“\\")

# Unbounded and of few ranges, so that patterns stay small; `parse_path` bounds the length.
NAME: Final = r"[A-Za-z_$@/\x{c0}-\x{24f}][\w$@./\-\[\]\x{c0}-\x{24f}]*"
CLI: Final = rf"-*{NAME}"
OPEN: Final = r"\\{0,2}['\"`“‘«「『„]"
CLOSE: Final = r"\\{0,2}['\"`”’»」』“]"
ONE_QUOTED: Final = rf"{OPEN}{CLI}{CLOSE}"
QUOTED: Final = rf"{OPEN}(?P<name>{CLI}){CLOSE}"
BARE: Final = rf"(?P<name>{NAME})"
ANY: Final = rf"(?:{OPEN})?(?P<name>{NAME})(?:{CLOSE})?"
AND: Final = r"(?: ?, and |,? and | ?, ?| & |,? und | et | y | e |、)"
QUOTED_LIST: Final = rf"(?P<names>{ONE_QUOTED}(?:{AND}{ONE_QUOTED})*)"
ONE: Final = rf"(?:{OPEN})?{CLI}(?:{CLOSE})?"
LIST: Final = rf"[\[({{]?(?P<names>{ONE}(?:{AND}{ONE})*)"
ADJECTIVE: Final = (
    r"(?:tool|request|query|path|body|form|url|uri|input|function|method|call|json|named|top-level|positional"
    r"|keyword|keyword-only"
    r"|required|mandatory|string|integer|number|boolean|array|object|http|route|schema|non-optional|initial"
    r"|additional|extra)"
)
ROLE: Final = (
    rf"(?:{ADJECTIVE}[ -]){{0,4}}(?:argument|parameter|param|field|property|propertie|input|attribute|option|arg"
    rf"|kwarg|keyword|key|flag|member|peer)s?(?:\((?:e?s|ies)\))?"
)
GIVEN: Final = r"(?:provided|specified|supplied|given|passed|present|set|included|found|sent|filled in|filled)"
START: Final = r"(?:^|\n|\(['\"]|[:;>(\[✖•*] ?|[.!] |, |(?:^|\n)\s*[-*] |\*\* ?|^\s{1,12}|\n\s{1,12})"
SHOULD: Final = (
    r"(?:must|should|has to|have to|needs? to|cannot|can't|can not|can’t|may not|may only|can only|does not"
    r"|doesn't|is not|isn't|was not|is too|has|is invalid|was invalid|is an? invalid|exceeds|contains|accepts only"
    r"|only accepts|wants?|wanted|out of|expected|expects|requires a)"
)
TYPES: Final = r"(?: ?(?:\([^()\n]{1,60}\)| of type ['\"`]?[^\s'\"`]{1,60}['\"`]?))?"


@dataclass(frozen=True, slots=True)
class Wording:
    pattern: Any
    saying: Saying | None
    """What it says; None if the group `rest` does."""
    mark: int
    """What shows at least that the word is a name: where nothing else may stand, a usual word may be one."""


def wording(saying: Saying | None, *patterns: str, mark: int = COLON) -> tuple[Wording, ...]:
    return tuple(Wording(compiled(pattern), saying, mark) for pattern in patterns)
