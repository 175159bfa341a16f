"""The protections of counters: exact whatever happened, bounded whoever sends names, never held up."""

from typing import Final

from tests.deep.mutations.mutant import ALWAYS, Mutant

_ROLLUPS: Final = "layers/rca_core/rca_core/storage/rollups"
_HISTORIES: Final = "tests/integration/rollups/test_histories.py"
_CRASHES: Final = "tests/integration/faults/test_rollup_crashes.py"
_ROLLUP: Final = "tests/integration/functions/test_rollup.py"
_BLOCK: Final = "tests/unit/metrics/test_block.py"

COUNTERS: Final = [
    Mutant(
        "a change of a run that comes after a newer one is not counted",
        f"{_ROLLUPS}/ledger.py",
        [("(old is None or change.seq > old.seq)", "True")],
        [_HISTORIES],
    ),
    Mutant(
        "what was counted of a run is taken back before it is counted anew",
        f"{_ROLLUPS}/counting.py",
        [("hours.take_back(old.places)", "pass")],
        [_HISTORIES, _ROLLUP],
    ),
    Mutant(
        "counters that another writer moved meanwhile are read again",
        f"{_ROLLUPS}/items.py",
        [('"ConditionExpression": "#lock = :read"', f'"ConditionExpression": "#lock = :read OR {ALWAYS}"')],
        [_CRASHES],
    ),
    Mutant(
        "a counter that another writer made meanwhile is not made again",
        f"{_ROLLUPS}/items.py",
        [('{"ConditionExpression": "attribute_not_exists(PK)"}', f'{{"ConditionExpression": "{ALWAYS}"}}')],
        [_CRASHES],
    ),
    Mutant(
        "an analysis of an older version of a run counts for nothing",
        f"{_ROLLUPS}/ledger.py",
        [('if (outcome["run_created_at"], outcome["revision"]) != (ledger.life, ledger.revision):', "if False:")],
        [_HISTORIES],
    ),
    Mutant(
        "a deletion is remembered, so that older changes do not count the run again",
        f"{_ROLLUPS}/ledger.py",
        [
            (
                "        return Ledger(change.run_id, lock, seq, expires_at=",
                "        return None and Ledger(change.run_id, lock, seq, expires_at=",
            )
        ],
        [_HISTORIES, _ROLLUP],
    ),
    Mutant(
        "an hour has room for only so many names",
        "layers/rca_core/rca_core/metrics/block.py",
        [("if name in there or room > 0:", "if True:")],
        [_BLOCK, _CRASHES],
    ),
    Mutant(
        "names are cut",
        "layers/rca_core/rca_core/metrics/names.py",
        [("if len(name) <= _LONGEST:", "if True:")],
        [_BLOCK],
    ),
    Mutant(
        "one run that cannot be counted holds up no other",
        f"{_ROLLUPS}/writer.py",
        [("                refused[run_id] = error\n                continue", "                raise error")],
        [_ROLLUP],
    ),
    Mutant(
        "a resolved failure is reopened only by a run that came after",
        f"{_ROLLUPS}/showings.py",
        [(' and seen_at > counter["resolved_at"]', "")],
        ["tests/integration/rollups/test_showings.py"],
    ),
    Mutant(
        "the scrub finds runs whose deletion was never told",
        f"{_ROLLUPS}/scrub.py",
        [("found = ledger.run_id if ledger and ledger.life else None", "found = None")],
        [_HISTORIES, _ROLLUP],
    ),
    Mutant(
        "the scrub compares the counters with the sum of the ledgers",
        f"{_ROLLUPS}/scrub.py",
        [("wrong = [key for key in differing(summed, counted) if", "wrong = [key for key in [] if")],
        ["tests/integration/rollups/test_scrub.py"],
    ),
    Mutant(
        "the scrub leaves alone what changed since it looked",
        f"{_ROLLUPS}/repair.py",
        [("if _as_of(item) < timestamp(since)", "if True")],
        ["tests/integration/rollups/test_scrub.py"],
    ),
]
