"""`python -m tests.deep.mutations [WORD…]`: disable each protection in turn and show that a test fails for it.

With words, only those protections are tried whose description has one of them. Exits with 1 if a mutant survives, if a
protection no longer reads as its mutant says, or if the tests fail without any mutant.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.deep.mutations.analyses import ANALYSES
from tests.deep.mutations.automatic import AUTOMATIC
from tests.deep.mutations.counters import COUNTERS
from tests.deep.mutations.edges import EDGES
from tests.deep.mutations.failures import FAILURES
from tests.deep.mutations.mutant import DEEP, QUICK, Mutant, Outdated, copy_product, outcome_of, run_tests
from tests.deep.mutations.runs import RUNS


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.deep.mutations", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD")
    words = parser.parse_args().words
    chosen = [
        mutant
        for mutant in [*RUNS, *ANALYSES, *AUTOMATIC, *COUNTERS, *FAILURES, *EDGES]
        if not words or any(word in mutant.protection for word in words)
    ]
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy_product(Path(folder))
        intact = sorted({test for mutant in chosen for test in mutant.tests})
        without = run_tests(intact, Path(folder), QUICK)
        say(f"{'without any mutant':<78} {without.failed:>3} of {without.ran} fail")
        results = [tried(mutant, Path(folder)) for mutant in chosen]
    say(f"{sum(results)} of {len(results)} protections are missed when they are gone")
    return 0 if all(results) and not without.failed else 1


def tried(mutant: Mutant, product: Path) -> bool:
    """Try one mutant, print a line of the table, and tell whether it was noticed.

    Where every test fails, the product was broken, and that one protection was missed is not shown.
    """
    try:
        ran, failed = quick = outcome_of(mutant, product, QUICK)
        if failed in (0, ran):
            deep = outcome_of(mutant, product, DEEP)
            ran, failed = ran + deep.ran, failed + deep.failed
    except Outdated as error:
        say(f"{mutant.protection:<78} OUTDATED: {error}")
        return False
    verdict = "SURVIVED" if not failed else "BROKEN" if failed == ran else "noticed"
    by = " by deep tests only" if failed and not quick.failed else ""
    say(f"{mutant.protection:<78} {failed:>3} of {ran:>3} fail  {verdict}{by}")
    return verdict == "noticed"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
