"""`python -m local`: the template on this machine."""

import argparse
import contextlib
import socket
import sys
from pathlib import Path

from local.guardian import Guardian
from local.intrinsics import TemplateError
from local.logs import keep_log


class _BusyPortError(Exception):
    pass


def main() -> int:
    """Serve until SIGINT or SIGTERM; return 0; 2 for a wrong argument, template or folder, or a busy port."""
    arguments = _arguments()
    try:
        doors = _listen(arguments.api_port, "--api-port"), _listen(arguments.stream_port, "--stream-port")
        if not arguments.verbose:
            _open_log(arguments, doors[0].getsockname()[1])
        with contextlib.closing(Guardian()) as guardian:
            # Takes a quarter of a second, once for all processes that are forked from here.
            from local.forks import fork_server_if_any  # noqa: PLC0415
            from local.own_emulator import OwnEmulator  # noqa: PLC0415

            forks = fork_server_if_any(guardian)
            emulator = None if arguments.endpoint_url else OwnEmulator(guardian, forks, arguments.keep)
            # Takes another quarter, while the emulator starts.
            from local.command import run  # noqa: PLC0415

            run(arguments, doors, guardian, forks, emulator.url if emulator else None)
    except (TemplateError, _BusyPortError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        # Before it served: there is nothing to take down in order.
        return 130
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--api-port", type=_port, default=8000, metavar="PORT", help="of the HTTP API; 0 picks one")
    parser.add_argument(
        "--stream-port", type=_port, default=8001, metavar="PORT", help="of the function URL; 0 picks one"
    )
    parser.add_argument("--template", type=Path, default=Path("template.yaml"), metavar="FILE")
    parser.add_argument("--parameter", action="append", default=[], metavar="KEY=VALUE", help="override a parameter")
    parser.add_argument("--stack-name", metavar="NAME", help="what names of tables and queues start with")
    parser.add_argument(
        "--endpoint-url",
        metavar="URL",
        help="an emulator of DynamoDB and SQS to use; 'aws' is the account that your AWS settings name",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep tables and queues there, across restarts")
    parser.add_argument("--reload", action="store_true", help="restart functions when their code changes")
    parser.add_argument(
        "--max-processes", type=_positive, default=4, metavar="N", help="most processes of one function (%(default)s)"
    )
    parser.add_argument(
        "--idle-seconds",
        type=_positive,
        default=60,
        metavar="S",
        help="after which an idle process ends, but the last of a function of HTTP or a queue (%(default)s)",
    )
    log = parser.add_mutually_exclusive_group()
    log.add_argument("--log", type=Path, metavar="FILE", help="where functions' logs go (.local/api-PORT.log)")
    log.add_argument("--verbose", action="store_true", help="show functions' logs here")
    arguments = parser.parse_args()
    if arguments.keep and arguments.endpoint_url:
        parser.error("--keep is about the stack's own emulator: it does not go with --endpoint-url")
    return arguments


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        message = f"{text!r} is no port: 0 to 65535"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _open_log(arguments: argparse.Namespace, api_port: int) -> None:
    arguments.log = arguments.log or Path(".local") / f"api-{api_port}.log"
    try:
        keep_log(arguments.log)
    except OSError as error:
        message = f"cannot write the log {arguments.log}: {error.strerror}; choose another with --log, or --verbose"
        raise TemplateError(message) from None


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
