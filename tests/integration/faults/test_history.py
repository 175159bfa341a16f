"""The check of histories finds what it is there to find."""

import pytest

from tests.integration.faults.history import Operation, linearizable


def written(value: bytes | None, start: float, end: float) -> Operation:
    return Operation("set", value, start, end)


def read(value: bytes | None, start: float, end: float) -> Operation:
    return Operation("saw", value, start, end)


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [read(None, 0, 1)],
        [written(b"a", 0, 1), read(b"a", 2, 3), written(b"b", 4, 5), read(b"b", 6, 7)],
        # While a write is under way, a read may show what was or what comes.
        [written(b"a", 0, 1), written(b"b", 2, 9), read(b"a", 3, 4), read(b"b", 5, 6)],
        [written(b"a", 0, 9), written(b"b", 0, 9), read(b"b", 1, 2), read(b"a", 3, 4)],
        [written(b"a", 0, 1), written(None, 2, 3), read(None, 4, 5), written(b"a", 6, 7), read(b"a", 8, 9)],
    ],
)
def test_what_one_order_explains_is_linearizable(operations: list[Operation]) -> None:
    assert linearizable(operations)


@pytest.mark.parametrize(
    "operations",
    [
        # A value that nobody wrote.
        [written(b"a", 0, 1), read(b"mixed", 2, 3)],
        # A write that was acknowledged and is not seen.
        [written(b"a", 0, 1), read(None, 2, 3)],
        # Back to an older value.
        [written(b"a", 0, 1), written(b"b", 2, 9), read(b"b", 3, 4), read(b"a", 5, 6)],
        # Two readers who saw two writes in two orders.
        [written(b"a", 0, 9), written(b"b", 0, 9), read(b"a", 1, 2), read(b"b", 3, 4), read(b"a", 5, 6)],
        [written(b"a", 0, 1), written(None, 2, 3), read(b"a", 4, 5)],
    ],
)
def test_what_no_order_explains_is_not(operations: list[Operation]) -> None:
    assert not linearizable(operations)
