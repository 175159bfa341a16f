"""A name that a wording caught: whether it is one, what it may mean, and where it stands."""
# ruff: noqa: RUF001 - quotes of other languages

from collections.abc import Iterator
from typing import Any, Final

from rca_core.analysis.read.roles.model import Claim, Path, Saying
from rca_core.analysis.read.roles.paths import parse_path
from rca_core.analysis.read.roles.sayings import compiled
from rca_core.analysis.read.roles.stop_words import FUNCTION_WORDS, IS_NO_ARGUMENT, NOT_AFTER, NOT_BEFORE, NOUNS, THINGS
from rca_core.analysis.read.roles.wording import COLON, MARKED, UNMARKED

_ALTERNATIVES: Final = compiled(r"\b(?:either|one of|at least one|exactly one|any of|one or more of)\b[^\n.]{0,60}$")
_OR_ANOTHER: Final = compiled(r"^ ?(?:(?:or|oder|ou|o|and/or) ['\"`\w]|[|/] ?['\"`\w])")


def named_group(match: Any, name: str) -> tuple[str, int] | None:
    """Return what a named group matched and where; None if the wording has no such group, or it matched nothing."""
    number = match.re.groupindex.get(name)
    if number is None or match.group(number) is None:
        return None
    return match.group(number), match.start(number)


def is_plain(written: str) -> bool:
    """Return whether a name could be a word of a sentence."""
    return written.isalpha() and (written.islower() or written.istitle() or written.isupper())


def names_in(written: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the names in a list as it is written, each with its place."""
    at = 0
    skip = " ,&、\\'\"`“”‘’«»「」『』„"
    while at < len(written):
        while at < len(written) and written[at] in skip:
            at += 1
        begin = at
        while at < len(written) and written[at] not in skip:
            at += 1
        word = written[begin:at]
        if word and (word.lower() not in ("and", "und", "et", "y", "e") or written[max(0, begin - 1)] in "'\"`"):
            trimmed = word.rstrip(".:;")
            name = trimmed.lstrip("-")
            yield name, start + begin + len(word) - len(word.lstrip("-"))


def as_claim(
    written: str,
    start: int,
    saying: Saying,
    *,
    mark: int,
    above: Path = (),
    needs_sent: bool = False,
    is_option: bool = False,
    of_prose: bool = False,
) -> Claim | None:
    written = written.rstrip(".:;/")
    written = written if written.count("[") == written.count("]") else written.rstrip("]")
    path = parse_path(written.replace("-", "_") if is_option else written)
    word = written.lower()
    if path is None or word in IS_NO_ARGUMENT or (written[0] == "$" and written[1:2].isalpha()):
        return None
    if mark < MARKED and (word in FUNCTION_WORDS or names_a_class(written)):
        return None
    # "RequestBody is required": a usual word, or one with a capital, may be of the sentence.
    is_thing = mark == UNMARKED and (written[0].isupper() or (saying.kind == "missing" and word in THINGS))
    is_usual = mark < COLON and (word in NOUNS or is_thing)
    return Claim(
        (*above, *path),
        saying,
        start,
        start + len(written),
        certainty=0 if is_usual else 1,
        needs_sent=needs_sent or is_usual or (of_prose and mark < MARKED),
    )


def names_a_class(written: str) -> bool:
    return written.endswith(("Error", "Exception", "Failure", "Warning", "Fault"))


def excluded(text: str, start: int, end: int, saying: Saying) -> bool:
    """Return whether what stands around a name says that it is no argument, or one of several that would do."""
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 60) : start].lower()
    after = text[end : end + 40].lower().split("\n", 1)[0]
    # The quote of the name belongs to it.
    after_name = after.lstrip("'\"`”’»」』\\")
    if saying.kind == "missing" and (_ALTERNATIVES.search(before) or _OR_ANOTHER.search(after_name)):
        return True
    return NOT_BEFORE.search(before) is not None or NOT_AFTER.search(after_name) is not None
