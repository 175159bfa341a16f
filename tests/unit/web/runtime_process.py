"""Start the streaming runtime client as Lambda does: a process, its environment, a Runtime API."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.unit.web.fake_runtime_api import DEADLINE_SECONDS

REPOSITORY = Path(__file__).parents[3]
LAYER = REPOSITORY / "layers" / "rca_core"
TASK_ROOT = Path(__file__).parent / "stream_task"


@dataclass
class Runtime:
    """A running client and what it logged."""

    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def exit_status(self) -> int:
        """Wait for the process to end by itself."""
        return self.process.wait(DEADLINE_SECONDS)


@contextmanager
def runtime(
    api_address: str,
    log_file: Path,
    handler: str,
    *,
    task_root: Path = TASK_ROOT,
    command: Sequence[str] = (sys.executable, "-m", "rca_core.web.lambda_stream"),
    **environ: str,
) -> Iterator[Runtime]:
    """Run the client for as long as the block."""
    full_environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(LAYER),
        "AWS_LAMBDA_RUNTIME_API": api_address,
        "AWS_LAMBDA_FUNCTION_NAME": "streamer",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/streamer",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "LAMBDA_TASK_ROOT": str(task_root),
        "_HANDLER": handler,
        **environ,
    }
    with (
        log_file.open("wb") as log,
        subprocess.Popen(command, env=full_environ, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            yield Runtime(process, log_file)
        finally:
            process.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll until a condition holds that nothing announces."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.005)
