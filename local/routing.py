"""Choose an HTTP API's route as API Gateway does."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from local.model import Route

_VARIABLE = re.compile(r"\{([^}+]+)(\+?)\}")


@dataclass(frozen=True)
class Match:
    """A route and the decoded values of its path's variables."""

    route: Route
    parameters: dict[str, str]


class Router:
    """Find the route of a request: a literal segment beats a variable, that beats a greedy one, $default comes last.

    A trailing slash is another path, as it is for API Gateway.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        routes = list(routes)
        self._default = next((route for route in routes if route.path == "$default"), None)
        paths = sorted((route for route in routes if route.path != "$default"), key=_specificity)
        self._routes = [(route, _pattern(route.path)) for route in paths]

    def find(self, method: str, path: str) -> Match | None:
        """Match a method and a path that is still percent-encoded."""
        for route, pattern in self._routes:
            if route.method in ("ANY", method) and (match := pattern.fullmatch(path)):
                return Match(route, {name: unquote(value) for name, value in match.groupdict().items()})
        return Match(self._default, {}) if self._default else None


def _specificity(route: Route) -> tuple[list[int], bool]:
    ranks = []
    for segment in route.path.split("/"):
        variable = _VARIABLE.fullmatch(segment)
        ranks.append(0 if variable is None else 2 if variable.group(2) else 1)
    return ranks, route.method == "ANY"


def _pattern(path: str) -> re.Pattern[str]:
    pieces, position = [], 0
    for variable in _VARIABLE.finditer(path):
        pieces.append(re.escape(path[position : variable.start()]))
        pieces.append(f"(?P<{variable.group(1)}>{'.+' if variable.group(2) else '[^/]+'})")
        position = variable.end()
    return re.compile("".join(pieces) + re.escape(path[position:]))
