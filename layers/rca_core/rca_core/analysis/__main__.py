"""Explain the analysis of a run on the command line: `python -m rca_core.analysis explain RUN.json`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from rca_core.analysis.explain import explain
from rca_core.telemetry import AgentRun


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the explanation of a run; 2 if the file does not hold one."""
    parser = argparse.ArgumentParser(prog="python -m rca_core.analysis")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser(
        "explain", help="each piece of evidence, the rules that matched it, why the winner won"
    )
    command.add_argument("run", type=Path, metavar="RUN.json", help="a run as it is posted to /agent-runs")
    path: Path = parser.parse_args(arguments).run
    try:
        run = AgentRun.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 2
    sys.stdout.write("\n".join(explain(run)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
