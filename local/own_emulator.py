"""The emulator that a stack starts for itself."""

import os
import subprocess
import sys
from pathlib import Path

from local.fork_server import Request
from local.forks import ForkServer
from local.guardian import Guardian
from local.intrinsics import TemplateError
from local.logs import log_descriptor


class OwnEmulator:
    """A process of `python -m local.emulator`, which ends with the guardian. `keep` is the folder of its state."""

    process: subprocess.Popen[str] | None = None
    """The process, where it was not forked."""

    def __init__(self, guardian: Guardian, forks: ForkServer | None, keep: Path | None) -> None:
        arguments = ("0", *(("--keep", str(keep)) if keep else ()))
        if forks is None:
            self.process = process = subprocess.Popen(
                [sys.executable, "-m", "local.emulator", *arguments],
                stdout=subprocess.PIPE,
                stderr=log_descriptor(),
                start_new_session=True,
                text=True,
            )
            assert process.stdout is not None  # noqa: S101  # Popen was given a pipe
            self._answer, pid = process.stdout, process.pid
        else:
            reader, writer = os.pipe()
            request = Request(name="emulator", module="local.emulator", arguments=arguments)
            child = forks.run(request, writer, log_descriptor())
            os.close(writer)
            forks.wait_for(child)
            forks.release(child)
            self._answer, pid = os.fdopen(reader), child.pid
        guardian.watch(pid)

    def url(self) -> str:
        """Wait until it serves, and say where.

        Raises:
            TemplateError: it cannot, for the reason that it gives.
        """
        with self._answer:
            line = self._answer.readline().strip()
        if line.startswith("http://"):
            return line
        message = line.removeprefix("error: ") or "the emulator of DynamoDB and SQS did not start: see the log"
        raise TemplateError(message)
