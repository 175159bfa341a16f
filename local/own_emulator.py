"""The emulator that a stack starts for itself."""

import subprocess
import sys

from local.guardian import Guardian


class OwnEmulator:
    """A process of `python -m local.emulator`, which ends with the guardian."""

    def __init__(self, guardian: Guardian) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.emulator", "0"], stdout=subprocess.PIPE, start_new_session=True, text=True
        )
        guardian.watch(self._process.pid)

    def url(self) -> str:
        """Wait until it serves, and say where; empty if it could not start, for which its own words are in the log."""
        assert self._process.stdout is not None  # noqa: S101  # Popen was given a pipe
        return self._process.stdout.readline().strip()
