"""The protections of analyses: created once, worked by one, ended visibly."""

from typing import Final

from tests.deep.mutations.mutant import ALWAYS, Mutant

_RCA: Final = "layers/rca_core/rca_core/storage/rca_runs.py"
_CREATOR: Final = "layers/rca_core/rca_core/storage/rca_creator.py"
_REMOVER: Final = "layers/rca_core/rca_core/storage/rca_remover.py"
_ANALYZER: Final = "functions/analyzer/app.py"
_API: Final = "functions/api/app.py"
_LEASES: Final = "tests/integration/storage/test_leases.py"
_RCA_FAULTS: Final = "tests/integration/storage/test_rca_faults.py"
_RCA_RUNS: Final = "tests/integration/storage/test_rca_runs.py"
_DELETES: Final = "tests/integration/storage/test_deletes.py"
_JOBS: Final = "tests/integration/functions/test_analyzer.py"
_JOB_FAULTS: Final = "tests/integration/functions/test_analyzer_faults.py"
_ASKING: Final = "tests/integration/functions/test_api_rca_runs.py"
_DEAD: Final = "tests/integration/functions/test_dead_letters.py"
_ORPHANS: Final = "tests/integration/functions/test_orphans.py"
_DELETED: Final = "tests/integration/faults/test_deleted_meanwhile.py"
_FOUND: Final = "tests/integration/storage/test_outcomes.py"
_FOUND_OF_DELETED: Final = "tests/integration/faults/test_outcomes_of_deleted_runs.py"
_RECURRENCES: Final = "tests/integration/functions/test_recurrences.py"
_LATE: Final = "tests/integration/limits/test_late_jobs.py"

_IN_TIME: Final = [
    ("with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):", "with deadline(1e9):")
]

ANALYSES: Final = [
    Mutant(
        "an analysis is created only where there is none",
        _CREATOR,
        [
            (
                '"SK": RCA_SK, **rca}, "attribute_not_exists(PK)")',
                f'"SK": RCA_SK, **rca}}, "{ALWAYS}")',
            )
        ],
        [_RCA_RUNS],
    ),
    Mutant(
        "an analysis is listed once, with the end it had",
        _CREATOR,
        [('self._put(entry, "attribute_not_exists(PK)")', "self._put(entry)")],
        [_RCA_RUNS, _RCA_FAULTS],
    ),
    Mutant(
        "an analysis that was created and not listed is listed by the next",
        _CREATOR,
        [
            (
                '            self._put(entry, "attribute_not_exists(PK)")\n',
                '            if new:\n                self._put(entry, "attribute_not_exists(PK)")\n',
            )
        ],
        [_RCA_FAULTS],
    ),
    Mutant(
        "a creation that keeps losing gives up",
        _CREATOR,
        [("_TRIES: Final = 8", "_TRIES: Final = 1_000")],
        [_RCA_FAULTS],
    ),
    Mutant(
        "the lease: an analysis that another works is busy",
        _RCA,
        [('if rca.status == "running" and rca.lease_until is not None and rca.lease_until > now:', "if False:")],
        [_LEASES],
    ),
    Mutant(
        "the attempt: a worker that lost its lease writes nothing",
        _RCA,
        [('"attempt = :over AND #status IN (:queued, :of)"', '"attempt >= :over AND #status IN (:queued, :of)"')],
        [_LEASES],
    ),
    Mutant(
        "the state: what has ended is not changed",
        _RCA,
        [
            (
                '"attempt = :over AND #status IN (:queued, :of)"',
                '"attempt = :over AND (#status IN (:queued, :of) OR attribute_exists(PK))"',
            )
        ],
        [_LEASES],
    ),
    Mutant(
        "a repeated message of a finished analysis does nothing",
        _RCA,
        [("if rca.ended and not", "if False and not")],
        [_LEASES, _JOBS],
    ),
    Mutant(
        "a failed analysis is taken up again only by the job parked at that failure",
        _RCA,
        [('rca.status == "error" and rca.attempt == redrives', 'rca.status == "error"')],
        [_LEASES],
    ),
    Mutant(
        "a later attempt's report stays",
        _RCA,
        [('"attribute_not_exists(PK) OR attempt <= :attempt"', '"attempt <> :attempt OR attempt = :attempt"')],
        [_LEASES],
    ),
    Mutant(
        "the report is stored before the end is shown",
        _RCA,
        [
            (
                (
                    "        with contextlib.suppress(Conflict):\n"
                    '            self._put(stored, "attribute_not_exists(PK) OR attempt <= :attempt", '
                    '{":attempt": claim.attempt})\n'
                ),
                "",
            ),
            (
                '        self._list(claim, {"status": "done", **said})\n',
                '        self._put(stored)\n        self._list(claim, {"status": "done", **said})\n',
            ),
        ],
        [_RCA_FAULTS],
    ),
    Mutant(
        "the worker of a deleted analysis leaves no report behind",
        _RCA,
        [("            self.clear_if_deleted(claim.run_id, claim.rca_run_id, now)\n", "")],
        [_DELETES],
    ),
    Mutant(
        "the worker of a deleted analysis removes no outcome but its own",
        _REMOVER,
        [('"rca_run_id = :own"', '"attribute_exists(PK) OR rca_run_id = :own"')],
        [_FOUND],
    ),
    Mutant(
        "the outcome of a deleted run goes after its analyses",
        _REMOVER,
        [
            ("            self._remove([outcome_key(run_id)])\n", "            pass\n"),
            (
                "        for entry in entries:\n",
                "        self._remove([outcome_key(run_id)])\n        for entry in entries:\n",
            ),
        ],
        [_FOUND_OF_DELETED],
    ),
    Mutant(
        "an outcome never goes back",
        "layers/rca_core/rca_core/storage/outcomes.py",
        [("ordinal <= :ordinal", "ordinal <> :ordinal OR ordinal = :ordinal")],
        [_FOUND],
    ),
    Mutant(
        "a run is no recurrence of itself",
        "layers/rca_core/rca_core/storage/recurrences.py",
        [("failure.count - self._counts(failure, run, now)", "failure.count")],
        [_RECURRENCES],
    ),
    Mutant(
        "a counter that cannot be read stops no analysis",
        _ANALYZER,
        [
            (
                '    except (Unavailable, ValidationError):\n        logger.warning("recurrence',
                '    except NotFound:\n        logger.warning("recurrence',
            )
        ],
        [_RECURRENCES],
    ),
    Mutant(
        "the end of an analysis makes no list entry of a deleted run",
        _RCA,
        [('values, "attribute_exists(PK)", {})', f'values, "{ALWAYS}", {{}})')],
        [_RCA_RUNS],
    ),
    Mutant(
        "a lease outlives its worker",
        _ANALYZER,
        [("_LEASE_MARGIN: Final = timedelta(seconds=2)", "_LEASE_MARGIN: Final = timedelta(seconds=-19)")],
        [_JOBS],
    ),
    Mutant(
        "a job that another worker holds comes again",
        _ANALYZER,
        [("            raise StillLeased(job.rca_run_id)\n", "            return\n")],
        [_JOBS],
    ),
    Mutant(
        "a worker that fails gives its claim back with the reason",
        _ANALYZER,
        [('        analyses().release(claim, f"{type(error).__name__} in attempt {claim.attempt}", now=now())\n', "")],
        [_JOB_FAULTS],
    ),
    Mutant(
        "a worker that runs out of time keeps enough of it to give its claim back",
        _ANALYZER,
        [("sparing(TRY_SECONDS)", "sparing(0)")],
        [_LATE],
    ),
    Mutant(
        "a worker that storage fails gives its claim back, too",
        _ANALYZER,
        [("    except LeaseLost:\n        raise\n", "    except (LeaseLost, Unavailable):\n        raise\n")],
        [_LATE],
    ),
    Mutant("no worker is cut off by its end", _ANALYZER, _IN_TIME, [_LATE]),
    Mutant(
        "no consumer of dead letters is cut off by its end", "functions/analyzer/dead_letters.py", _IN_TIME, [_LATE]
    ),
    Mutant("nobody who looks for orphans is cut off by the end", "functions/analyzer/orphans.py", _IN_TIME, [_LATE]),
    Mutant(
        "a progress record that cannot be written stops nothing",
        _ANALYZER,
        [
            (
                '    except Unavailable:\n        logger.warning("progress',
                '    except ZeroDivisionError:\n        logger.warning("progress',
            )
        ],
        [_JOB_FAULTS],
    ),
    Mutant(
        "the analysis of a run that is gone ends as an error",
        _ANALYZER,
        [
            (
                "        analyses().fail_without_run(claim, now=now())\n",
                "        pass\n",
            )
        ],
        [_JOB_FAULTS],
    ),
    Mutant(
        "the job of an analysis that is gone is dropped",
        _ANALYZER,
        [
            (
                '    except NotFound:\n        logger.warning("job names',
                '    except ZeroDivisionError:\n        logger.warning("job names',
            )
        ],
        [_JOBS],
    ),
    Mutant(
        "a worker whose lease passed on leaves cleanly",
        _ANALYZER,
        [
            (
                '    except LeaseLost:\n        logger.warning("another',
                '    except ZeroDivisionError:\n        logger.warning("another',
            )
        ],
        [_JOB_FAULTS],
    ),
    Mutant(
        "poison messages fail alone, a batch of them too",
        _ANALYZER,
        [("raise_on_entire_batch_failure=False", "raise_on_entire_batch_failure=True")],
        [_JOBS],
    ),
    Mutant(
        "a queued analysis is sent again to whoever asks for it",
        _API,
        [('    if rca.status == "queued":\n', "    if created:\n")],
        [_ASKING],
    ),
    Mutant(
        "a failed job is parked to be redriven",
        "functions/analyzer/dead_letters.py",
        [('    if failed.status == "error":\n', "    if False:\n")],
        [_DEAD],
    ),
    Mutant(
        "an analysis whose message was never sent is enqueued",
        "functions/analyzer/orphans.py",
        [('if rca and rca.status == "queued":', "if False:")],
        [_ORPHANS],
    ),
    Mutant(
        "no list keeps an analysis that was created while its run was deleted",
        _RCA,
        [('        self._list(claim, {"expires_at": int(now.timestamp())})\n', "")],
        [_DELETED],
    ),
    Mutant(
        "an analysis that was created while its run was deleted goes soon",
        _RCA,
        [("_LAST_LOOK: Final = timedelta(days=1)", "_LAST_LOOK: Final = timedelta(days=30)")],
        [_DELETED],
    ),
    Mutant(
        "an analysis is deleted before its place in the run's list",
        _REMOVER,
        [
            ('        self._remove(to_item({"PK": run_pk(run_id), "SK": entry["SK"]}) for entry in entries)\n', ""),
            (
                "        for entry in entries:\n",
                (
                    "        for entry in entries:\n"
                    '            self._remove([to_item({"PK": run_pk(run_id), "SK": entry["SK"]})])\n'
                ),
            ),
        ],
        [_DELETES],
    ),
]
