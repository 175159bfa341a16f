"""The protections of stored runs: versions, bodies, deletions, expiry."""

from typing import Final

from tests.deep.mutations.mutant import ALWAYS, Mutant

_RUNS: Final = "layers/rca_core/rca_core/storage/runs.py"
_BODIES: Final = "layers/rca_core/rca_core/storage/bodies.py"
_BATCHES: Final = "layers/rca_core/rca_core/storage/batches.py"
_STORED: Final = "tests/integration/storage/test_runs.py"
_LARGE: Final = "tests/integration/storage/test_large_runs.py"
_RACES: Final = "tests/integration/storage/test_races.py"
_DELETES: Final = "tests/integration/storage/test_deletes.py"
_CRASHES: Final = "tests/integration/faults/test_ingest_crashes.py"


def _cut_off(*cases: str) -> list[str]:
    test = "test_an_ingest_cut_off_anywhere_leaves_the_old_run_or_the_new_one_and_its_repeat_succeeds"
    return [f"{_CRASHES}::{test}[{case}]" for case in cases]


RUNS: Final = [
    Mutant(
        "a run that is sent again is kept as long as a new one",
        "layers/rca_core/rca_core/storage/retention.py",
        [("return lost >= min(", "return False and lost >= min(")],
        ["tests/integration/storage/test_retention.py"],
    ),
    Mutant(
        "a repeat within a day writes nothing",
        "layers/rca_core/rca_core/storage/retention.py",
        [("return lost >= min(", "return True or lost >= min(")],
        ["tests/integration/storage/test_retention.py"],
    ),
    Mutant(
        "one damaged item stops no list",
        "layers/rca_core/rca_core/storage/damage.py",
        [("        except UNREADABLE as error:\n", "        except ZeroDivisionError as error:\n")],
        ["tests/integration/storage/test_damaged_items.py"],
    ),
    Mutant(
        "a new run's header is written only where there is none",
        _RUNS,
        [
            (
                '"ConditionExpression": "attribute_not_exists(PK)"',
                f'"ConditionExpression": "{ALWAYS}"',
            )
        ],
        [_RACES],
    ),
    Mutant(
        "a header is replaced only if it is the one that was read",
        _RUNS,
        [('"revision = :read AND expires_at = :expiry"', '"revision >= :read"')],
        [_RACES],
    ),
    Mutant(
        "the same content again writes nothing",
        _RUNS,
        [('same = alive and old["digest"] == fingerprint', "same = False")],
        [_STORED, _LARGE],
    ),
    Mutant(
        "a write that keeps losing gives up",
        _RUNS,
        [("_PUT_TRIES: Final = 8", "_PUT_TRIES: Final = 1_000")],
        [_RACES],
    ),
    Mutant(
        "old chunks are removed after the header flipped, not before",
        _RUNS,
        [
            (
                "            if (winner := self._put_header(values, over=old)) is not None:\n",
                (
                    "            self._remove_chunks(parsed.run_id, old)\n"
                    "            if (winner := self._put_header(values, over=old)) is not None:\n"
                ),
            )
        ],
        _cut_off("largeA-largeB-Cut.KILLED", "smallA-smallB-Cut.KILLED"),
    ),
    Mutant(
        "each write names its chunks for itself",
        _RUNS,
        [("secrets.token_hex(8)", '"0" * 16')],
        [_DELETES],
    ),
    Mutant(
        "a write that lost removes its own chunks",
        _RUNS,
        [('if winner.get("body_id") != values.get("body_id"):', "if False:")],
        [f"{_RACES}::test_another_writer_of_the_same_content_makes_one_revision"],
    ),
    Mutant(
        "a write that was repeated on its way does not remove what it wrote",
        _RUNS,
        [('if winner.get("body_id") != values.get("body_id"):', "if True:")],
        _cut_off("largeA-largeB-Cut.REPEATED", "smallA-smallB-Cut.REPEATED"),
    ),
    Mutant(
        "the day of a run is noted before the run is stored",
        _RUNS,
        [
            ('        self._note_day(parsed.run["started_at"].date(), now)\n', ""),
            (
                "            return _result(values, created=not alive, changed=not same)\n",
                (
                    '            self._note_day(parsed.run["started_at"].date(), now)\n'
                    "            return _result(values, created=not alive, changed=not same)\n"
                ),
            ),
        ],
        _cut_off("None-smallA-Cut.LOST", "smallA-smallB-Cut.LOST"),
    ),
    Mutant(
        "a deletion takes the header first",
        _RUNS,
        [
            (
                (
                    "        old = self._delete_header(run_id) if len(run_id) <= MAX_ID else {}\n"
                    "        self._remove_chunks(run_id, old)\n"
                ),
                (
                    "        old = self._head(run_id) if len(run_id) <= MAX_ID else {}\n"
                    "        self._remove_chunks(run_id, old)\n"
                    "        old = self._delete_header(run_id) if len(run_id) <= MAX_ID else {}\n"
                ),
            )
        ],
        [_DELETES],
    ),
    Mutant(
        "an expired run is not found, though it is still there",
        _RUNS,
        [("if not item or expired(item, now):", "if not item:")],
        [_STORED],
    ),
    Mutant(
        "a run replaced while it is read is read again",
        _RUNS,
        [('if (item["revision"], item.get("body_id")) == wrong:', "if True:")],
        [_RACES],
    ),
    Mutant(
        "a damaged run is not read for ever, nor called busy",
        _RUNS,
        [('if (item["revision"], item.get("body_id")) == wrong:', "if False:")],
        [_RACES],
    ),
    Mutant(
        "a body is served only if its digest is the one that was written",
        _BODIES,
        [("if digest(body) != fingerprint:", "if False:")],
        [_STORED],
    ),
    Mutant("chunks expire", _BODIES, [('                            "expires_at": expires_at,\n', "")], [_LARGE]),
    Mutant(
        "chunks that cannot be removed do not fail the write",
        _BODIES,
        [("    except Unavailable:", "    except ZeroDivisionError:")],
        [_LARGE],
    ),
    Mutant(
        "writes that a batch left over are tried again",
        _BATCHES,
        [('answer.get("UnprocessedItems") or {}', "{}")],
        [_LARGE],
    ),
    Mutant(
        "reads that a batch left over are tried again",
        _BATCHES,
        [('answer.get("UnprocessedKeys") or {}', "{}")],
        [_LARGE],
    ),
    Mutant(
        "a batch that gets nowhere is given up",
        _BATCHES,
        [("_TRIES: Final = 6", "_TRIES: Final = 60")],
        [_LARGE],
    ),
]
