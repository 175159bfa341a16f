"""The command line: `smart-sre COMMAND`."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from smart_sre.command import doctor as checks
from smart_sre.command import reading
from smart_sre.command.api import Api, Problem
from smart_sre.command.explain import explain
from smart_sre.command.since import since
from smart_sre.command.snippets import NAMES, snippet
from smart_sre.command.terminal import Terminal
from smart_sre.settings import Settings

_EXIT_CODES: Final = """\
exit codes:
  0  done
  1  done, and the answer is bad news: a new failure with --fail-on-new, an analysis that ended as
     an error, something that doctor would fix
  2  not to be done as asked: a wrong argument, a file that cannot be read, nothing to send to
  3  the stack cannot be reached
  4  the stack refused: a secret, an id that is not there, a run that is none

environment: SMART_SRE_URL, SMART_SRE_SECRET(_FILE) to send, SMART_SRE_ACCESS_SECRET(_FILE) to read,
NO_COLOR for plain text
"""


def run() -> NoReturn:
    """Run the command of this process."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal()
    try:
        if given[:1] == ["explain"]:
            return _explain(given[1:], terminal)
        return _run(_parser().parse_args(given), terminal)
    except Problem as problem:
        terminal.complain(str(problem))
        return problem.exit_code


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.command == "init":
        terminal.say(snippet(options.framework).rstrip())
        return 0
    settings = _settings(options)
    if options.command == "doctor":
        return checks.doctor(options, settings, terminal)
    if options.command == "mcp":
        return _serve(settings, terminal)
    return int(getattr(reading, options.command)(options, Api(settings), terminal))


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings.load(url=options.url)
    if options.secret_file:
        try:
            secret = Path(options.secret_file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise Problem(f"{options.secret_file}: cannot be read ({type(error).__name__})", 2) from error
        settings = replace(settings, access_secret=secret)
    return settings


def _explain(arguments: list[str], terminal: Terminal) -> int:
    try:
        return explain(arguments)
    except ImportError:
        terminal.complain(
            "explain needs the engine: pip install . of this repository, or run it where that is installed"
        )
        return 2


def _serve(settings: Settings, terminal: Terminal) -> int:
    try:
        from smart_sre.mcp_server import serve
    except ImportError:
        terminal.complain("the MCP server needs the official SDK: pip install 'mcp>=2.3,<3'")
        return 2
    serve(Api(settings))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="smart-sre",
        description="Send runs of agents, and read why they failed.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")

    sending = _command(
        commands, "send", "send runs from files of JSON, one run each or one a line; - is standard input"
    )
    sending.add_argument("files", nargs="+", metavar="FILE")
    sending.add_argument("--strict", action="store_true", help="refuse what would be mended, naming each field")
    sending.add_argument("--wait", action="store_true", help="follow the analysis of what failed, and show its report")
    _json(sending)

    watching = _command(commands, "watch", "follow an analysis live; of a run that has none, one is started")
    watching.add_argument("id", metavar="RUN|RCA")

    reporting = _command(commands, "report", "show why a run failed; if it was not analysed, it is now")
    reporting.add_argument("id", metavar="RUN|RCA")
    forms = reporting.add_mutually_exclusive_group()
    _json(forms)
    forms.add_argument("--markdown", action="store_true", help="print markdown, for a comment or a ticket")

    listing = _command(commands, "runs", "list runs, newest first")
    listing.add_argument("--agent", metavar="NAME")
    listing.add_argument("--status", choices=("success", "failure", "running"))
    listing.add_argument("--environment", metavar="NAME")
    _listed(listing, 20)

    failing = _command(commands, "failures", "list failures that recur")
    failing.add_argument("--agent", metavar="NAME")
    failing.add_argument("--category", metavar="NAME")
    failing.add_argument("--status", choices=("open", "resolved", "reopened"))
    failing.add_argument("--sort", choices=("recent", "count"), default="recent")
    failing.add_argument(
        "--fail-on-new", action="store_true", help="list only what is new or came back since --since; exit 1 if any is"
    )
    _listed(failing, 1000)

    explaining = commands.add_parser("explain", help="explain a run in a file on this machine (needs the engine)")
    explaining.add_argument("run", metavar="FILE")
    _command(commands, "doctor", "check that runs arrive from here: address, secrets, clock, a test run")
    starting = commands.add_parser("init", help="print what connects a framework")
    starting.add_argument("framework", choices=NAMES)
    _command(commands, "mcp", "serve reports to coding agents over MCP, on standard input and output")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=what, description=what)
    made.add_argument("--url", metavar="URL", help="the address of the stack, instead of SMART_SRE_URL")
    made.add_argument(
        "--secret-file", metavar="FILE", help="the access secret, instead of SMART_SRE_ACCESS_SECRET_FILE"
    )
    return made


def _listed(parser: argparse.ArgumentParser, limit: int) -> None:
    parser.add_argument("--since", type=since, metavar="TIME", help="30m, 2h, 7d, or 2026-01-20T12:00:00Z")
    parser.add_argument("--limit", type=int, default=limit, metavar="N", help="at most so many (%(default)s)")
    _json(parser)


def _json(parser: "argparse.ArgumentParser | argparse._MutuallyExclusiveGroup") -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
