"""Explain a run in a file, on this machine: needs the engine."""

from collections.abc import Sequence


def explain(arguments: Sequence[str]) -> int:
    """Run the engine's own command; `ImportError` where the engine is not installed."""
    from rca_core.analysis.__main__ import main

    return main(["explain", *arguments])
