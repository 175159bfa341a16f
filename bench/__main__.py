"""Ingest, analysis and the way from POST to report, one table each."""

from rich.console import Console

from bench import analysis, ingest, roundtrip


def main() -> None:
    """Run the benchmarks of the main job."""
    console = Console(width=120)
    console.print(ingest.table())
    console.print(analysis.table())
    console.print(roundtrip.table())


if __name__ == "__main__":
    main()
