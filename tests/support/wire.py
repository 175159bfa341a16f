"""A client as the code under test sees it, with a tap on its requests."""

import contextlib
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

Request = tuple[str, dict[str, Any]]
Act = Callable[[], object]

ANY: Final = "*"


class Killed(BaseException):
    """The process stops here: no handler of the code under test catches it."""


def killed() -> None:
    """Stop the process."""
    raise Killed


class Tapped:
    """A real client whose requests are noted, and before or after which others may act.

    `act` may write through the client under the tap, as another process would, or raise, as a broken network would.
    Requests are counted from the moment that the act is planned.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.requests: list[Request] = []
        self._planned: list[tuple[str, str, int, Act]] = []

    def before(self, operation: str, act: Act, *, nth: int = 1) -> None:
        """Act before the nth request of an operation (or of any) from now is sent."""
        self._planned.append(("before", operation, len(self.made(operation)) + nth, act))

    def after(self, operation: str, act: Act, *, nth: int = 1) -> None:
        """Act when the nth request of an operation (or of any) from now had its effect, before its answer arrives.

        A refusal is an answer too.
        """
        self._planned.append(("after", operation, len(self.made(operation)) + nth, act))

    @property
    def waiting(self) -> bool:
        """Tell whether something planned has not happened yet."""
        return bool(self._planned)

    def forget(self) -> None:
        """Drop what is planned and has not happened."""
        self._planned = []

    def repeat(self) -> None:
        """Send the latest request once more, past the tap, as a client does whose answer was lost."""
        operation, params = self.requests[-1]
        with contextlib.suppress(ClientError):
            getattr(self.client, operation)(**params)

    def made(self, operation: str) -> list[dict[str, Any]]:
        """Return the requests of one operation (or of any) so far."""
        return [params for name, params in self.requests if operation in (name, ANY)]

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**params: Any) -> Any:
            self.requests.append((operation, params))
            counts = {operation: len(self.made(operation)), ANY: len(self.requests)}
            self._act("before", counts)
            try:
                answer = getattr(self.client, operation)(**params)
            except ClientError:
                self._act("after", counts)
                raise
            self._act("after", counts)
            return answer

        return call

    def _act(self, when: str, counts: dict[str, int]) -> None:
        due = [plan for plan in self._planned if plan[0] == when and counts.get(plan[1]) == plan[2]]
        self._planned = [plan for plan in self._planned if plan not in due]
        for *_, act in due:
            act()
