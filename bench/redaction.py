"""What redaction finds, takes by mistake, and costs: on the corpus, on ordinary runs, and on texts made to be slow."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench import payloads, secret_corpus
from bench.measure import cpu_ms
from rca_core.telemetry.ingest import parse_agent_run
from rca_core.telemetry.redaction import Redactor

_SIZE: Final = 100_000
# Each looks like a credential again and again, and is none, or never ends.
HOSTILE: Final = (
    "passwordpasswordpassword",
    "password=",
    "pwd='",
    "token: ",
    '\\"token\\":\\"',
    '"secrets":{',
    "key=password={",
    "<password>",
    "--password ",
    "curl -u ",
    "sk-",
    "eyJ-ghp_" + "a1" * 18 + "-",
    "-----BEGIN PRIVATE KEY-----",
    "a://b:c@",
    "cookie: a=b;",
    "the password is ",
    "insert into t (password) values (",
    "\\u0022password\\u0022:",
)


def main() -> None:
    """Print three tables."""
    console = Console(width=120)
    redactor = Redactor()
    console.print(_quality(redactor))
    console.print(_ordinary(redactor))
    console.print(_hostile(redactor))


def _quality(redactor: Redactor) -> Table:
    table = _table("Corpus", "half", "secrets", "recall", "look-alikes", "false redactions")
    for name, path in (("development", secret_corpus.DEVELOPMENT), ("held out", secret_corpus.HELD_OUT)):
        found = secret_corpus.score(redactor.redact_run, secret_corpus.load(path))
        share = f"{len(found.false)} ({found.false_share:.1%})"
        table.add_row(name, str(found.secrets), f"{found.recall:.3f}", str(found.look_alikes), share)
    return table


def _ordinary(redactor: Redactor) -> Table:
    table = _table(
        "Ordinary runs, CPU in ms", "children", "bytes", "parse", "is_clean", "walk if not clean", "is_clean, 100 KB"
    )
    now = datetime.now(UTC)
    for children in payloads.SIZES:
        raw = payloads.body(children)
        parsed = parse_agent_run(raw, new_run_id=str, now=now)
        run: Any = parsed.run
        clean = cpu_ms(partial(redactor.is_clean, parsed.body), repeats=9)
        columns = (
            cpu_ms(partial(parse_agent_run, raw, new_run_id=str, now=now), repeats=5),
            clean,
            cpu_ms(partial(redactor.redact_run, run), repeats=5),
            clean / len(parsed.body) * _SIZE,
        )
        table.add_row(f"{children:,}", f"{len(parsed.body):,}", *(f"{column:.3f}" for column in columns))
    return table


def _hostile(redactor: Redactor) -> Table:
    table = _table("Texts made to be slow, CPU in ms", "text, repeated", "100 KB", "400 KB", "ratio (4 is linear)")
    for part in HOSTILE:
        small, large = (cpu_ms(_redacting(redactor, part, size), repeats=3) for size in (_SIZE, 4 * _SIZE))
        table.add_row(repr(part[:40]), f"{small:.1f}", f"{large:.1f}", f"{large / small:.1f}")
    return table


def _redacting(redactor: Redactor, part: str, size: int) -> Callable[[], object]:
    return partial(redactor.redact_text, part * (size // len(part)))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    return table


if __name__ == "__main__":
    main()
