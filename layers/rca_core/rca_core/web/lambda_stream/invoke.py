"""From one invocation to its answer: buffered, streamed or failed."""

import json
from collections.abc import Callable, Generator, Mapping
from typing import Any

from rca_core.web.lambda_stream.context import LambdaContext
from rca_core.web.lambda_stream.failures import Failure, RuntimeFault
from rca_core.web.lambda_stream.prelude import Prelude
from rca_core.web.lambda_stream.runtime_api import Invocation, RuntimeApi, RuntimeApiError

Handler = Callable[[Any, LambdaContext], object]


def answer(api: RuntimeApi, invocation: Invocation, handler: Handler, environ: Mapping[str, str]) -> None:
    """Call the handler and send what it returns or yields, or how it failed.

    The result decides, not the handler's kind, so that decorated generators stream too. Raises RuntimeApiError when
    the answer cannot be delivered; a generator is closed by then.
    """
    try:
        result = handler(_event(invocation), LambdaContext(invocation.headers, environ))
    except Exception as error:
        api.fail(invocation, _logged(error, invocation))
        return
    if isinstance(result, Generator):
        try:
            _stream(api, invocation, result)
        finally:
            _close(result, invocation)
    else:
        _respond(api, invocation, result)


def _respond(api: RuntimeApi, invocation: Invocation, result: object) -> None:
    try:
        body = json.dumps(result).encode()
    except (TypeError, ValueError, RecursionError) as error:
        fault = RuntimeFault("Runtime.MarshalError", f"Unable to marshal the response: {error}")
        api.fail(invocation, _logged(fault, invocation))
        return
    api.respond(invocation, body)


def _stream(api: RuntimeApi, invocation: Invocation, pieces: Generator[object, None, object]) -> None:
    try:
        prelude = _prelude(pieces)
    except Exception as error:
        api.fail(invocation, _logged(error, invocation))
        return
    with api.stream(invocation) as response:
        response.send(prelude)
        failure = None
        try:
            for piece in pieces:
                response.send(_payload(piece))
        except RuntimeApiError:
            raise
        except Exception as error:
            failure = _logged(error, invocation)
        response.finish(failure)


def _prelude(pieces: Generator[object, None, object]) -> bytes:
    for first in pieces:
        if isinstance(first, Prelude):
            return first.encode()
        raise _invalid(f"the handler yielded {type(first).__name__} before a Prelude")
    raise _invalid("the handler ended without yielding a Prelude")


def _payload(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    raise _invalid(f"the handler yielded {type(piece).__name__} where bytes belong")


def _invalid(message: str) -> RuntimeFault:
    return RuntimeFault("Runtime.InvalidStreamingOperation", message)


def _event(invocation: Invocation) -> object:
    try:
        return json.loads(invocation.body)
    except ValueError as error:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal the event: {error}") from error


def _close(pieces: Generator[object, None, object], invocation: Invocation) -> None:
    try:
        pieces.close()
    except Exception as error:
        _logged(error, invocation)


def _logged(error: Exception, invocation: Invocation) -> Failure:
    failure = Failure.of(error, invocation.request_id)
    failure.log()
    return failure
