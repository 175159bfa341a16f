"""The protections at the edges: what comes in, what AWS says, what goes out."""

from typing import Final

from tests.deep.mutations.mutant import Mutant

_BODY: Final = "layers/rca_core/rca_core/web/body.py"
_SSE: Final = "layers/rca_core/rca_core/web/sse.py"
_ACCESS: Final = "layers/rca_core/rca_core/web/access.py"
_AWS: Final = "layers/rca_core/rca_core/storage/aws.py"
_CODEC: Final = "layers/rca_core/rca_core/storage/codec.py"
_SIZES: Final = "tests/integration/limits/test_sizes.py"
_ERRORS: Final = "tests/integration/limits/test_aws_errors.py"
_FOLLOWING: Final = "tests/unit/web/test_sse.py"
_TIME: Final = "tests/unit/web/test_sse_time.py"
_TOKENS: Final = "tests/unit/web/test_access.py"
_OPENMETRICS: Final = "layers/rca_core/rca_core/web/openmetrics.py"
_SCRAPED: Final = "tests/unit/web/test_openmetrics.py"
_METRICS: Final = "tests/integration/functions/test_metrics.py"

EDGES: Final = [
    Mutant(
        "gzip: inflating stops at the cap",
        _BODY,
        [("inflate.decompress(raw, MAX_DECOMPRESSED + 1)", "inflate.decompress(raw)")],
        [_SIZES],
    ),
    Mutant(
        "gzip: what is over the cap is refused as too large",
        _BODY,
        [("if len(body) > MAX_DECOMPRESSED:", "if False:")],
        [_SIZES],
    ),
    Mutant(
        "stored bytes: inflating stops at the cap",
        _CODEC,
        [("inflate.decompress(stored, MAX_BODY_BYTES)", "inflate.decompress(stored)")],
        ["tests/unit/storage/test_codec.py"],
    ),
    Mutant(
        "stored bytes: those that end too early are refused",
        _CODEC,
        [("    if not inflate.eof:\n", "    if False:\n")],
        ["tests/unit/storage/test_codec.py"],
    ),
    Mutant(
        "AWS: throttling is unavailable, not a defect",
        _AWS,
        [("if code in _THROTTLED or", "if")],
        ["tests/unit/storage/test_aws_errors.py"],
    ),
    Mutant(
        "AWS: a lost race is a conflict, not a defect",
        _AWS,
        [('if code == "ConditionalCheckFailedException":', "if False:")],
        ["tests/unit/storage/test_aws_errors.py"],
    ),
    Mutant(
        "AWS: a call that fails is tried again",
        _AWS,
        [('"total_max_attempts": 4}', '"total_max_attempts": 1}')],
        [_ERRORS],
    ),
    Mutant(
        "AWS: no try begins that could outlive the request",
        "layers/rca_core/rca_core/storage/deadline.py",
        [("if ends is not None and monotonic() + seconds > ends:", "if False:")],
        [_ERRORS],
    ),
    Mutant(
        "stream: a cursor that was never given out starts over",
        _SSE,
        [("known = _EVENT_ID.fullmatch(given) and given <= self._rca.last_event_id", "known = given")],
        [_FOLLOWING],
    ),
    Mutant(
        "stream: records that came between two polls are shown",
        _SSE,
        [("if len(missed) > 1 else []", "if len(missed) > 9 else []")],
        [_FOLLOWING],
    ),
    Mutant(
        "stream: it ends at its cap",
        _SSE,
        [("if clock() - started + pause > seconds:", "if clock() - started > 100 * seconds + 1_000:")],
        [_TIME],
    ),
    Mutant(
        "stream: reconnects are spread",
        _SSE,
        [("random.randint(*_RETRY_MS)", "_RETRY_MS[0]")],
        [_TIME],
    ),
    Mutant(
        "stream: one whose analysis is deleted ends with an error",
        _SSE,
        [("        except NotFound:\n", "        except ZeroDivisionError:\n")],
        [_TIME],
    ),
    Mutant(
        "stream: one whose storage fails asks its client to come back",
        _SSE,
        [("        except Unavailable:\n", "        except ZeroDivisionError:\n")],
        [_TIME],
    ),
    Mutant(
        "token: an expired one opens nothing",
        _ACCESS,
        [("if not genuine or until < now.timestamp():", "if not genuine:")],
        [_TOKENS],
    ),
    Mutant(
        "token: it opens the stream of its own analysis only",
        _ACCESS,
        [(r'f"stream\n{rca_run_id}\n{expires}"', r'f"stream\n{expires}"')],
        [_TOKENS],
    ),
    Mutant(
        "secret: none configured is closed, unless opened on purpose",
        _ACCESS,
        [("        if not self._open:\n", "        if False:\n")],
        [_TOKENS],
    ),
    Mutant(
        "secret: compared in constant time",
        _ACCESS,
        [
            (
                "any(hmac.compare_digest(_bytes(candidate), self._secret) for candidate in offered)",
                "any(_bytes(candidate) == self._secret for candidate in offered)",
            )
        ],
        ["tests/e2e/security/test_constant_time.py"],
    ),
    Mutant(
        "exposition: a name cannot end its label or its line",
        _OPENMETRICS,
        [("{value.translate(_ESCAPES)}", "{value}")],
        [_SCRAPED],
    ),
    Mutant(
        "exposition: agents without end become no series without end",
        _OPENMETRICS,
        [("named[:_MOST_AGENTS])", "named)")],
        [_SCRAPED],
    ),
    Mutant(
        "metrics: what goes wrong with them stops no request",
        "layers/rca_core/rca_core/emf.py",
        [('        _log.exception("metrics were lost")\n', "        raise\n")],
        [_METRICS],
    ),
    Mutant(
        "metrics: damage that the API meets is counted",
        "layers/rca_core/rca_core/web/http.py",
        [("        if isinstance(error, CorruptBody):\n", "        if False:\n")],
        [_METRICS],
    ),
    Mutant(
        "metrics: damage that the analyzer meets is counted",
        "functions/analyzer/app.py",
        [("        if isinstance(error, CorruptBody):\n", "        if False:\n")],
        [_METRICS],
    ),
]
