"""Where a user's rules may be, and a source of them that is watched."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from aws_lambda_powertools import Logger

from rca_core.analysis import default_rules
from rca_core.storage import aws
from rca_core.storage.rule_source import RuleSource

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BUILT_IN = default_rules().version


def rules(*ids: str, **changed: Any) -> bytes:
    """Return a file with these rules; JSON is YAML too."""
    rule = {"category": "upstream_error", "cause": "ledger_locked", "strength": 90, "patterns": ["ledger"]} | changed
    return json.dumps({"rules": [{**rule, "id": each} for each in ids]}).encode()


class Place(Protocol):
    """Where rules are kept."""

    source: str

    def put(self, content: bytes) -> None: ...
    def remove(self) -> None: ...


class Object(Place):
    source = "s3://acme-rules/sre/rules.yaml"

    def __init__(self) -> None:
        aws.s3().create_bucket(Bucket="acme-rules", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def put(self, content: bytes) -> None:
        aws.s3().put_object(Bucket="acme-rules", Key="sre/rules.yaml", Body=content)

    def remove(self) -> None:
        aws.s3().delete_object(Bucket="acme-rules", Key="sre/rules.yaml")


class Parameter(Place):
    source = "ssm:/acme/rules"

    def put(self, content: bytes) -> None:
        aws.ssm().put_parameter(Name="/acme/rules", Value=content.decode(), Type="SecureString", Overwrite=True)

    def remove(self) -> None:
        aws.ssm().delete_parameter(Name="/acme/rules")


class File(Place):
    def __init__(self, folder: Path) -> None:
        self.source = str(folder / "rules.yaml")

    def put(self, content: bytes) -> None:
        Path(self.source).write_bytes(content)

    def remove(self) -> None:
        Path(self.source).unlink()


class Watched:
    """A source of rules, a clock that stands until it is moved, and what was logged."""

    def __init__(self, source: str) -> None:
        self._stream = io.StringIO()
        # Loggers of one name share what they write to, for as long as the process lives.
        self._source = RuleSource(source, Logger(service=f"rules-{uuid4()}", stream=self._stream))
        self.now = NOW

    def version(self, *, after: timedelta = timedelta()) -> str:
        self.now += after
        return self._source.table(self.now).version

    def rules(self, *, after: timedelta = timedelta()) -> set[str]:
        """Return the user's rules in the table."""
        self.now += after
        built_in = {rule.id for rule in default_rules().rules}
        return {rule.id for rule in self._source.table(self.now).rules} - built_in

    def logged(self, level: str = "ERROR") -> list[dict[str, Any]]:
        lines = map(json.loads, self._stream.getvalue().splitlines())
        return [line for line in lines if line["level"] == level]

    def problems(self) -> list[str]:
        """Return the problems logged last."""
        found: list[str] = self.logged()[-1]["problems"]
        return found
