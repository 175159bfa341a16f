"""What outlives a stack, in one SQLite file: items, the changes of tables that are still to be read, messages.

A request is written as one transaction, before it is answered. So a process that is killed leaves all of a request or
nothing, and never a half-written file. One emulator has a folder at a time.
"""

import contextlib
import fcntl
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from local.intrinsics import TemplateError

_FORMAT: Final = 1
_FILE: Final = "state.sqlite"
# A stack that was just killed may take a moment to be gone.
_PATIENCE: Final = 3.0
_TABLES: Final = (
    "CREATE TABLE items (place TEXT, key TEXT, body TEXT, PRIMARY KEY (place, key)) WITHOUT ROWID",
    "CREATE TABLE changes (place TEXT, number TEXT, body TEXT, PRIMARY KEY (place, number)) WITHOUT ROWID",
    "CREATE TABLE positions (place TEXT, reader TEXT, number TEXT, PRIMARY KEY (place, reader)) WITHOUT ROWID",
    "CREATE TABLE messages (id TEXT PRIMARY KEY, place TEXT, body TEXT) WITHOUT ROWID",
)


class KeptState:
    """The file of a folder. `place` is a table's or a queue's name; numbers have all the same length."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / _FILE, check_same_thread=False, isolation_level=None, timeout=10)
        self._lock = threading.Lock()
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Survives the end of any process; what a power cut may take is the last moments, not the file.
        self._connection.execute("PRAGMA synchronous = NORMAL")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all that is done within, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def bodies(self, query: str, place: str) -> list[tuple[str, str]]:
        """Return what a query of a place finds: pairs of texts."""
        with self._lock:
            return self._connection.execute(query, (place,)).fetchall()

    def position(self, place: str, reader: str) -> str | None:
        """Return the number of the last change of a table that a reader is done with."""
        with self._lock:
            query = "SELECT number FROM positions WHERE place = ? AND reader = ?"
            row = self._connection.execute(query, (place, reader)).fetchone()
        return row[0] if row else None

    def set_position(self, place: str, reader: str, number: str) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (place, reader, number))

    def forget_read(self, place: str) -> None:
        """Delete the changes that all readers are done with, but for the newest: the next number follows it."""
        with self.transaction() as connection:
            [read] = connection.execute("SELECT min(number) FROM positions WHERE place = ?", (place,)).fetchone()
            [newest] = connection.execute("SELECT max(number) FROM changes WHERE place = ?", (place,)).fetchone()
            query = "DELETE FROM changes WHERE place = ? AND number <= ? AND number < ?"
            connection.execute(query, (place, read, newest))

    def close(self) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        [version] = self._connection.execute("PRAGMA user_version").fetchone()
        if version == _FORMAT:
            return
        if version:
            message = f"format {version} is not this version's, {_FORMAT}"
            raise sqlite3.DatabaseError(message)
        with self.transaction() as connection:
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_FORMAT}")


def open_state(folder: Path) -> KeptState:
    """Take a folder for this process, as long as it lives, and return its state, which is empty at first.

    Raises:
        TemplateError: another stack has it, or it cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "lock").open("w")
        deadline = time.monotonic() + _PATIENCE
        while not _locked(lock.fileno()):
            if time.monotonic() > deadline:
                message = f"another running stack uses {folder}: stop it, or choose another with --keep"
                raise TemplateError(message)
            time.sleep(0.05)
        # The lock is this file's, for as long as it is open.
        _held.append(lock)
        state = KeptState(folder)
        state._prepare()  # noqa: SLF001  the same module
    except OSError as error:
        message = f"cannot keep data in {folder}: {error.strerror}"
        raise TemplateError(message) from None
    except sqlite3.Error as error:
        message = f"cannot use {folder / _FILE}: {error}"
        raise TemplateError(message) from None
    return state


_held: list[object] = []


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
