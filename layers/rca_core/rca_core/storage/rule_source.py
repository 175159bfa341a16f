"""A user's rules, read from where `RulesSource` says: `s3://bucket/key`, `ssm:/parameter/name` or the path of a file.

Whatever becomes of the source, there is a table: the last that was good, before that the built-in one. What is wrong is
logged once, and again when it changes.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from errno import ENOENT
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.rules.model import MAX_FILE
from rca_core.storage.aws import s3, ssm

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

REFRESH_AFTER: Final = timedelta(minutes=5)
"""How long a table is used before S3 or SSM is asked again, whatever it answered. A file is read for each analysis."""
MAX_TOLD: Final = 50
"""Problems of one source that are logged; a log event has a limit."""

_LAYER: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the package: /opt/python on Lambda."""

Read = Callable[[], bytes | None]
"""Returns the content of a source, at most a byte more than a file of rules may have; None if it is as it was."""


class RuleSource:
    """The table of rules, with those of a source; of the built-in ones alone where `source` is empty."""

    def __init__(self, source: str, logger: Logger) -> None:
        self._source = source
        self._logger = logger
        self._read = _reader(source) if source else None
        self._every = REFRESH_AFTER if ":" in source else timedelta()
        self._table = default_rules()
        self._looked: datetime | None = None
        self._content: bytes | None = None
        self._wrong: tuple[str, ...] = ()
        """Problems of the content, which stay while it is unchanged."""
        self._told: tuple[str, ...] = ()

    def table(self, now: datetime) -> RuleSet:
        """Return the table for an analysis that starts now. Raises nothing, whatever is wrong with the source."""
        if self._read and (self._looked is None or now - self._looked >= self._every):
            self._looked = now
            self._tell(self._refresh(self._read))
        return self._table

    def _refresh(self, read: Read) -> tuple[str, ...]:
        """Take over what the source holds now, if it can be used; return what is wrong with it."""
        try:
            content = read()
        except Exception as error:  # nothing about rules that are optional may fail an analysis
            return (f"{self._source}: cannot be read: {_reason(error)}",)
        if content is not None and content != self._content:
            self._content = content
            self._wrong = self._take(content)
        return self._wrong

    def _take(self, content: bytes) -> tuple[str, ...]:
        # A cold start that has no rules to read is quicker without.
        from rca_core.analysis.rules.custom import InvalidRules, read_custom_rules  # noqa: PLC0415

        try:
            table, passed_over = read_custom_rules(content, source=self._source)
            _ = table.lookup  # compiles
        except InvalidRules as invalid:
            return invalid.problems
        except Exception as error:
            return (f"{self._source}: cannot be checked: {type(error).__name__}",)
        self._table = table
        source, version = self._source, table.version
        self._logger.info("rules taken", rules_source=source, rules_version=version)
        if passed_over:
            told = _few(passed_over)
            self._logger.warning("rules taken in part", rules_source=source, rules_version=version, problems=told)
        return ()

    def _tell(self, problems: tuple[str, ...]) -> None:
        if problems == self._told:
            return
        self._told = problems
        version = self._table.version
        if problems:
            self._logger.error(
                "rules cannot be used", rules_source=self._source, rules_version=version, problems=_few(problems)
            )
        else:
            self._logger.info("rules can be used again", rules_source=self._source, rules_version=version)


def _few(problems: tuple[str, ...]) -> list[str]:
    """Return problems to log, as many as a log event should hold."""
    more = (f"and {len(problems) - MAX_TOLD} more",) if len(problems) > MAX_TOLD else ()
    return [*problems[:MAX_TOLD], *more]


def _reader(source: str) -> Read:
    scheme, _, place = source.partition(":")
    if scheme == "s3":
        bucket, _, key = place.removeprefix("//").partition("/")
        return _S3Object(s3(), bucket, key)
    if scheme == "ssm":
        return partial(_parameter, ssm(), place)
    # A path that is not absolute means a file packaged with the layer.
    return partial(_file, _LAYER / source)


class _S3Object:
    """An object, fetched only if it is another than before."""

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client = client
        self._place = {"Bucket": bucket, "Key": key}
        self._etag: str | None = None

    def __call__(self) -> bytes | None:
        known = {"IfNoneMatch": self._etag} if self._etag else {}
        try:
            answer: Any = self._client.get_object(**self._place, **known)  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
                return None
            raise
        with closing(answer["Body"]) as body:
            content: bytes = body.read(MAX_FILE + 1)
        self._etag = answer["ETag"]
        return content


def _parameter(client: "SSMClient", name: str) -> bytes:
    return client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"].encode()


def _file(path: Path) -> bytes:
    # Anything else, a pipe say, could keep its reader waiting.
    if not path.is_file():
        raise FileNotFoundError(ENOENT, "there is no such file", str(path))
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)


def _reason(error: Exception) -> str:
    """Return why a source cannot be read, in words that are never those of its content."""
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        # Without the right to list a bucket, an object that is not there is one that may not be read.
        return f"{code} (or there is no such object)" if code == "AccessDenied" else code
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    return type(error).__name__
