"""The real analyzer, made to fail by the name of the run it is given."""

import importlib.util
import os
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim


def _real() -> ModuleType:
    path = Path(__file__).parents[3] / "functions" / "analyzer" / "app.py"
    spec = importlib.util.spec_from_file_location("analyzer_app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_analyzer = _real()
_reached = _analyzer.reached


def _reached_then_fail(claim: Claim, stage: Stage) -> None:
    _reached(claim, stage)
    if stage is Stage.COLLECTING and claim.run_id.startswith("dies-once") and claim.attempt == 1:
        os._exit(1)  # as a killed sandbox: no handler, no finally
    if stage is Stage.CLASSIFYING and claim.run_id.startswith("never-works"):
        message = "a rule that cannot cope"
        raise RuntimeError(message)


_analyzer.reached = _reached_then_fail  # type: ignore[attr-defined]
# It has five seconds, so that it fails soon: less than the real one keeps to give a claim back.
_analyzer.deadline = _analyzer.sparing = lambda _seconds: nullcontext()  # type: ignore[attr-defined]
handler = _analyzer.handler
