"""The environment and the command of a function's process, as AWS gives them."""

import datetime as dt
import importlib.util
import os
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from local.model import FunctionSpec

_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
STREAMS_PER_PROCESS = 100
INTERPRETER = sys.executable


def streams_per_process(spec: FunctionSpec) -> int:
    """Say how many invocations a process takes at once: one, unless it streams under a client of its own."""
    return STREAMS_PER_PROCESS if spec.streams and _WRAPPER in spec.environment else 1


def command(spec: FunctionSpec) -> list[str]:
    """Return what starts the function: AWS's runtime client (ours where there is none), behind its wrapper, if any."""
    client = "awslambdaric" if importlib.util.find_spec("awslambdaric") else "rca_core.web.lambda_stream"
    runtime = [INTERPRETER, "-m", client, spec.handler]
    wrapper = spec.environment.get(_WRAPPER)
    return [str(_on_this_machine(wrapper, spec)), *runtime] if wrapper else runtime


def _on_this_machine(path: str, spec: FunctionSpec) -> Path:
    """Find a file that the function knows under /opt/python or /var/task."""
    roots = {Path("/opt/python"): spec.layers, Path("/var/task"): (spec.code,)}
    for root, folders in roots.items():
        if Path(path).is_relative_to(root):
            for folder in folders:
                if (found := folder / Path(path).relative_to(root)).exists():
                    return found
    return Path(path)


def environment(spec: FunctionSpec, cloud: Mapping[str, str], runtime_api: str) -> dict[str, str]:
    """Return the whole environment of the process: Lambda's variables and the template's, none of the user's."""
    now = dt.datetime.now(dt.UTC)
    variables = {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": spec.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{now:%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": str(spec.code),
        "LANG": "C.UTF-8",
        "PATH": f"{Path(INTERPRETER).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(map(str, (spec.code, *spec.layers))),
        "TZ": "UTC",
        "_HANDLER": spec.handler,
        **spec.environment,
        # Last: where AWS's APIs are is the stack's to say, even if the template has a word for it.
        **cloud,
    }
    if (streams := streams_per_process(spec)) > 1:
        variables["AWS_LAMBDA_MAX_CONCURRENCY"] = str(streams)
    return variables
