"""`python -m local`: the template on this machine."""

import argparse
import contextlib
import socket
import sys
from pathlib import Path

from local.guardian import Guardian
from local.intrinsics import TemplateError
from local.own_emulator import OwnEmulator


class _BusyPortError(Exception):
    pass


def main() -> int:
    """Serve until SIGINT or SIGTERM; return 0, or 2 for a wrong argument, a wrong template or a busy port."""
    arguments = _arguments()
    try:
        doors = _listen(arguments.api_port, "--api-port"), _listen(arguments.stream_port, "--stream-port")
        with contextlib.closing(Guardian()) as guardian:
            emulator = None if arguments.endpoint_url else OwnEmulator(guardian)
            # Takes half a second, while the emulator starts.
            from local.command import run  # noqa: PLC0415

            run(arguments, doors, guardian, emulator.url if emulator else None)
    except (TemplateError, _BusyPortError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--api-port", type=int, default=8000, metavar="PORT", help="of the HTTP API; 0 picks one")
    parser.add_argument(
        "--stream-port", type=int, default=8001, metavar="PORT", help="of the function URL; 0 picks one"
    )
    parser.add_argument("--template", type=Path, default=Path("template.yaml"), metavar="FILE")
    parser.add_argument("--parameter", action="append", default=[], metavar="KEY=VALUE", help="override a parameter")
    parser.add_argument("--stack-name", metavar="NAME", help="what names of tables and queues start with")
    parser.add_argument(
        "--endpoint-url",
        metavar="URL",
        help="an emulator of DynamoDB and SQS to use; 'aws' is the account that your AWS settings name",
    )
    parser.add_argument("--reload", action="store_true", help="restart functions when their code changes")
    parser.add_argument("--max-processes", type=int, default=4, metavar="N", help="most processes of one function")
    return parser.parse_args()


def _listen(port: int, option: str) -> socket.socket:
    # Named as TCP, so that asyncio turns Nagle's algorithm off on its connections: that would cost 40 ms an answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except OSError as error:
        message = f"cannot listen on port {port}: {error.strerror}; choose another with {option}"
        raise _BusyPortError(message) from None
    return listening


if __name__ == "__main__":
    sys.exit(main())
