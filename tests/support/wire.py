"""A client as the code under test sees it, with a tap on its requests."""

from collections.abc import Callable
from typing import Any

Request = tuple[str, dict[str, Any]]
Act = Callable[[], object]


class Tapped:
    """A real client whose requests are noted, and before or after which others may act.

    `act` may write through the client under the tap, as another process would, or raise, as a broken network would.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.requests: list[Request] = []
        self._before: dict[tuple[str, int], Act] = {}
        self._after: dict[tuple[str, int], Act] = {}

    def before(self, operation: str, act: Act, *, nth: int = 1) -> None:
        """Act before the nth request of an operation is sent."""
        self._before[operation, nth] = act

    def after(self, operation: str, act: Act, *, nth: int = 1) -> None:
        """Act when the nth request of an operation had its effect, before its answer arrives."""
        self._after[operation, nth] = act

    def made(self, operation: str) -> list[dict[str, Any]]:
        """Return the requests of one operation so far."""
        return [params for name, params in self.requests if name == operation]

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**params: Any) -> Any:
            self.requests.append((operation, params))
            nth = len(self.made(operation))
            if act := self._before.pop((operation, nth), None):
                act()
            answer = getattr(self.client, operation)(**params)
            if act := self._after.pop((operation, nth), None):
                act()
            return answer

        return call
