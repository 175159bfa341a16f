"""`python -m tests.support.servers NAME COMMAND…`: run a command beside an emulator of AWS, whose address is {url}."""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from local.guardian import Guardian
from tests.support.template import ROOT

_READY_WITHIN = 90.0


def _ministack(port: int) -> tuple[list[str], dict[str, str]]:
    # Its own default is to serve every interface.
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1"}
    return [str(ROOT / ".venv-ministack" / "bin" / "ministack")], environment


def _dynalite(port: int) -> tuple[list[str], dict[str, str]]:
    script = ROOT / "requirements" / "dynalite" / "node_modules" / "dynalite" / "cli.js"
    options = {"port": port, "host": "127.0.0.1", "createTableMs": 0, "deleteTableMs": 0}
    return ["node", str(script), *(f"--{name}={value}" for name, value in options.items())], {}


_SERVERS = {"ministack": _ministack, "dynalite": _dynalite}


@contextlib.contextmanager
def running(name: str) -> Iterator[str]:
    """Start an emulator on a free port of this machine, yield its URL when it serves, stop it."""
    port = _free_port()
    command, environment = _SERVERS[name](port)
    with contextlib.closing(Guardian()) as guardian:
        process = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # Whatever becomes of this process: an emulator must not outlive its tests.
        guardian.watch(process.pid)
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(name, url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(name: str, url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{name} did not start: exit code {process.returncode}")
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{name} does not answer at {url}")


def main() -> int:
    """Return the command's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.servers", description=__doc__)
    parser.add_argument("name", choices=_SERVERS)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    with running(arguments.name) as url:
        return subprocess.run([part.replace("{url}", url) for part in arguments.command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
