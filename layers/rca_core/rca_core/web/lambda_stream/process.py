"""The process that Lambda starts: import the handler, then answer invocations until the end."""

import importlib
import os
import signal
import sys
import threading
from collections.abc import MutableMapping
from typing import NoReturn

from rca_core.web.lambda_stream.failures import Failure, RuntimeFault, log_line
from rca_core.web.lambda_stream.invoke import Handler, answer
from rca_core.web.lambda_stream.runtime_api import RuntimeApi, RuntimeApiError

_TRACE_ID = "_X_AMZN_TRACE_ID"


def main(environ: MutableMapping[str, str] = os.environ) -> int:
    """Serve the function that the environment names; return the exit status.

    `AWS_LAMBDA_MAX_CONCURRENCY` above 1 serves that many invocations at once, each on a thread of its own. SIGTERM
    ends the process with status 0; a function that cannot start, or a Runtime API that is gone, with 1.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address = environ["AWS_LAMBDA_RUNTIME_API"]
    try:
        handler = load_handler(environ["_HANDLER"], environ.get("LAMBDA_TASK_ROOT"))
        concurrency = int(environ.get("AWS_LAMBDA_MAX_CONCURRENCY", "1"))
    except Exception as error:
        failure = Failure.of(error)
        failure.log()
        RuntimeApi(address).fail_init(failure)
        return 1
    if concurrency > 1:
        _serve_on_threads(concurrency, address, handler, environ)
    _serve(RuntimeApi(address), handler, environ, trace=True)
    return 1


def load_handler(name: str, task_root: str | None) -> Handler:
    """Import a handler named `module.function` (or `folder/module.function`) from the function's folder.

    Raises RuntimeFault, named as AWS's client names it, or whatever the module raises.
    """
    if task_root:
        sys.path.insert(0, task_root)
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Handler {name!r} is not of the form module.function")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module {module_name!r}: {error}"
        raise RuntimeFault("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module {module_name!r}: {error}"
        raise RuntimeFault("Runtime.UserCodeSyntaxError", message) from error
    if not hasattr(module, function_name):
        raise RuntimeFault("Runtime.HandlerNotFound", f"Handler {function_name!r} is not in module {module_name!r}")
    handler: Handler = getattr(module, function_name)
    return handler


def _serve(api: RuntimeApi, handler: Handler, environ: MutableMapping[str, str], *, trace: bool) -> None:
    """Answer invocations until the Runtime API gives no more."""
    while True:
        try:
            invocation = api.next()
        except RuntimeApiError as error:
            log_line("ERROR", f"no next invocation: {error}")
            return
        if trace:
            _set_trace(environ, invocation.headers["Lambda-Runtime-Trace-Id"])
        try:
            answer(api, invocation, handler, environ)
        except RuntimeApiError as error:
            log_line("WARN", f"answer not delivered: {error}", requestId=invocation.request_id)


def _set_trace(environ: MutableMapping[str, str], trace_id: str | None) -> None:
    """Show the X-Ray SDK and Powertools which trace this invocation belongs to."""
    if trace_id:
        environ[_TRACE_ID] = trace_id
    else:
        environ.pop(_TRACE_ID, None)


def _serve_on_threads(count: int, address: str, handler: Handler, environ: MutableMapping[str, str]) -> NoReturn:
    """Serve on `count` threads until SIGTERM, or until the first of them ends."""
    ended = threading.Event()

    def loop() -> None:
        try:
            # The environment has room for one trace only.
            _serve(RuntimeApi(address), handler, environ, trace=False)
        finally:
            ended.set()

    for number in range(count):
        threading.Thread(target=loop, name=f"invocations-{number}", daemon=True).start()
    status = 1
    try:
        ended.wait()
    except SystemExit:
        status = 0
    # Not sys.exit: the interpreter's own end could abort on threads that are inside C code.
    os._exit(status)
