"""The protections of analyses that failed runs start by themselves: few of a storm, none lost, no ingest failed."""

from typing import Final

from tests.deep.mutations.mutant import Mutant

_LIMIT: Final = "layers/rca_core/rca_core/storage/symptom_limit.py"
_AUTO: Final = "layers/rca_core/rca_core/storage/auto_rca.py"
_ORPHANS: Final = "functions/analyzer/orphans.py"
_TESTS: Final = "tests/integration/functions/test_auto_rca.py"
_FAULTS: Final = "tests/integration/functions/test_auto_rca_faults.py"
_CUT_OFF: Final = "tests/integration/faults/test_auto_rca_crashes.py"
_SLOW: Final = "tests/integration/limits/test_slow_automatic_analyses.py"

AUTOMATIC: Final = [
    Mutant(
        "of runs that fail alike a bounded number starts its analysis",
        _LIMIT,
        [("size(analyses) < :most", "size(analyses) < :most OR :most = :most")],
        [_TESTS],
    ),
    Mutant(
        "who asks again for an analysis that was admitted is told the same",
        _LIMIT,
        [("        return rca_run_id in self._full[hour]\n", "        return False\n")],
        [_FAULTS],
    ),
    Mutant(
        "an hour that is full is not asked about again",
        _LIMIT,
        [("        if hour not in self._full:\n", "        if True:\n")],
        [_TESTS],
    ),
    Mutant(
        "the limit is forgotten only when nobody comes back for the run",
        _LIMIT,
        [("KEPT: Final = timedelta(days=2)", "KEPT: Final = timedelta(days=200)")],
        [_TESTS, _FAULTS],
    ),
    Mutant(
        "the hour is the run's, not that of whoever comes by",
        _AUTO,
        [("at=run.updated_at)", "at=now)")],
        [_TESTS],
    ),
    Mutant(
        "what hinders an automatic analysis does not fail the ingest",
        _AUTO,
        [("        except Exception:\n", "        except ZeroDivisionError:\n")],
        [_FAULTS],
    ),
    Mutant(
        "an ingest does not wait long for its analysis",
        _AUTO,
        [("_SECONDS: Final = 10.0", "_SECONDS: Final = 100.0")],
        [_SLOW],
    ),
    Mutant(
        "a repeat finds the analysis that there is",
        _AUTO,
        [("self.find(run, now=now) if repeated else None", "None")],
        [_TESTS],
    ),
    Mutant(
        "a repeat starts the analysis that its first ingest did not",
        _AUTO,
        [("if rca is None and not self.admits", "if rca is None and repeated or not self.admits")],
        [_FAULTS],
    ),
    Mutant(
        "a failed run whose ingest died is found in the stream",
        _ORPHANS,
        [("if rca is None and auto.admits", "if False and auto.admits")],
        [_CUT_OFF, _FAULTS],
    ),
    Mutant(
        "an analysis that was not listed is listed by the stream's reader",
        _ORPHANS,
        [("        analyses().create_first(run, now=now)\n", "        pass\n")],
        [_FAULTS],
    ),
    Mutant(
        "the stream's reader leaves what is gone or replaced alone",
        _ORPHANS,
        [(" and stands(run, now):", ":")],
        [_FAULTS],
    ),
]
