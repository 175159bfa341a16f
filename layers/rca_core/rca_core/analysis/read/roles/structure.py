"""What documents in a text say of arguments: lists of issues, maps of fields, whatever wraps them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from rca_core.analysis.read.roles.documents import Document, documents
from rca_core.analysis.read.roles.issues import issue_in
from rca_core.analysis.read.roles.maps import MAX_DEPTH, NO_FIELD, map_in
from rca_core.analysis.read.roles.model import NOT_READ, Said
from rca_core.analysis.read.roles.paths import normal
from rca_core.analysis.rules.model import listed

MAX_NODES: Final = 2_000
# Keys in normal form: lower case, letters and digits.
_MAPS: Final = frozenset(
    listed(
        "errors fielderrors fields validationerrors details detail error invalidfields fieldviolations messages"
        " inputerrors modelstate validation errormessages invalidparams formerrors message data failures"
    )
)
# What was sent, and what describes it: no error stands there.
_ECHOES: Final = frozenset(
    listed(
        """input inputvalue ctx given body request value rejectedvalue received params schema parentschema stack trace
    context url instance payload headers query config options expected rawvalue currentvalue target args arguments
    kwargs toolinput example examples allowedvalues traceback metadata requestid"""
    )
)


class Structure(NamedTuple):
    """A text read for its documents: what they say of arguments, the sentences that they hold, and the rest of it."""

    said: list[Said]
    sentences: list[str]
    rest: str
    """The text, at its length, in which what documents hold is blank."""


def structure_of(text: str) -> Structure:
    """Return what the documents in a text say, in their order, and the text without them."""
    found, walk = documents(text), _Walk()
    said = [each for document in found for each in walk.value(document.value, 0, top=True)]
    return Structure(said, walk.sentences, _without(text, found))


def _without(text: str, found: Iterable[Document]) -> str:
    for document in found:
        value = document.value
        if isinstance(value, dict) or any(isinstance(each, dict) for each in value):
            text = f"{text[: document.start]}{NOT_READ * (document.end - document.start)}{text[document.end :]}"
    return text


class _Walk:
    def __init__(self) -> None:
        self.nodes = 0
        self.sentences: list[str] = []

    def text(self, text: str, depth: int) -> Iterator[Said]:
        for document in documents(text):
            yield from self.value(document.value, depth, top=True)

    def value(self, value: Any, depth: int, *, top: bool = False) -> Iterator[Said]:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return
        if isinstance(value, dict):
            yield from self._object(value, depth, top=top)
        elif isinstance(value, list):
            for each in value:
                yield from self.value(each, depth + 1)
        elif isinstance(value, str) and value:
            self.sentences.append(value)
            yield from self.text(value, depth + 1)

    def _object(self, value: dict[Any, Any], depth: int, *, top: bool) -> Iterator[Said]:
        own = {normal(str(key)): each for key, each in value.items()}
        issue = list(issue_in(own))
        yield from issue
        if not issue and top:
            yield from map_in(value, (), NO_FIELD, plain=False)
        for key, each in value.items():
            name = normal(str(key))
            if name in _ECHOES and not _holds_an_error(each):
                continue
            mapped = map_in(each, ()) if not issue and name in _MAPS and _is_map(each) else []
            yield from mapped
            if not mapped:
                yield from self.value(each, depth + 1)


def _holds_an_error(value: Any) -> bool:
    """Return whether what may be an echo is an answer that holds an error."""
    return isinstance(value, dict) and any(normal(str(key)) in ("detail", "errors", "error") for key in value)


def _is_map(value: Any) -> bool:
    """Return whether an object maps fields to messages: it has none of its own with a code."""
    if not isinstance(value, dict):
        return False
    own = {normal(str(key)) for key in value}
    return not (own & {"message", "msg", "detail"} and own & {"code", "type", "status", "name", "param"})
