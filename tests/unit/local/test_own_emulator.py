"""The emulator that a stack starts, where nothing is forked as well."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from local.guardian import Guardian
from local.intrinsics import TemplateError
from local.kept_state import open_state
from local.own_emulator import OwnEmulator


@contextmanager
def started_anew(keep: Path | None = None) -> Iterator[OwnEmulator]:
    """Start one without a fork server, and end it."""
    with closing(Guardian()) as guardian:
        emulator = OwnEmulator(guardian, None, keep)
        yield emulator
    assert emulator.process
    emulator.process.wait(timeout=10)


def test_without_a_fork_server_it_is_started_anew() -> None:
    with started_anew() as emulator:
        assert httpx.get(f"{emulator.url()}/moto-api/", timeout=30).status_code == 200


def test_what_it_cannot_do_is_its_own_word(tmp_path: Path) -> None:
    open_state(tmp_path).close()

    with started_anew(tmp_path) as emulator, pytest.raises(TemplateError, match="another running stack uses"):
        emulator.url()
