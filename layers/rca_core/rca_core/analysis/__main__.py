"""Explain the analysis of a run on the command line: `python -m rca_core.analysis explain RUN.json`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rca_core.analysis.explain import explain
from rca_core.analysis.rules.custom import InvalidRules, read_custom_rules
from rca_core.telemetry import AgentRun


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the explanation of a run; 2 if the file does not hold one, or the rules cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m rca_core.analysis")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser(
        "explain", help="each piece of evidence, the rules that matched it, why the winner won"
    )
    command.add_argument("run", type=Path, metavar="RUN.json", help="a run as it is posted to /agent-runs")
    command.add_argument("--rules", type=Path, metavar="FILE", help="your own rules, in YAML (rules/custom.py)")
    named = parser.parse_args(arguments)
    reading: Path = named.run
    try:
        run = AgentRun.model_validate_json(reading.read_bytes())
        reading = named.rules or reading
        rules = read_custom_rules(reading.read_text(encoding="utf-8"), source=str(reading)) if named.rules else None
    except InvalidRules as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{reading}: {error}\n")
        return 2
    sys.stdout.write("\n".join(explain(run, rules)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
