"""The context object of an invocation, with the attributes of AWS's own."""

import json
import time
from collections.abc import Mapping
from email.message import Message
from types import SimpleNamespace
from typing import Any

from rca_core.web.lambda_stream.failures import RuntimeFault


class LambdaContext:
    """Tell a handler about its function and this invocation.

    Takes the headers of the invocation and the environment of the function. Raises RuntimeFault
    (Runtime.LambdaContextUnmarshalError) for a header that should be a JSON object and is not.
    """

    def __init__(self, headers: Message, environ: Mapping[str, str]) -> None:
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.tenant_id = headers["Lambda-Runtime-Aws-Tenant-Id"]
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = _identity(headers)
        self.client_context = _client_context(headers)
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this invocation; 0 when they are used up."""
        return max(0, self._deadline_ms - int(time.time() * 1000))


def _identity(headers: Message) -> SimpleNamespace:
    identity = _json_header(headers, "Lambda-Runtime-Cognito-Identity") or {}
    return SimpleNamespace(
        cognito_identity_id=identity.get("cognitoIdentityId"),
        cognito_identity_pool_id=identity.get("cognitoIdentityPoolId"),
    )


def _client_context(headers: Message) -> SimpleNamespace | None:
    context = _json_header(headers, "Lambda-Runtime-Client-Context")
    if context is None:
        return None
    client = SimpleNamespace(**context["client"]) if context.get("client") else None
    return SimpleNamespace(client=client, custom=context.get("custom"), env=context.get("env"))


def _json_header(headers: Message, name: str) -> dict[str, Any] | None:
    text = headers[name]
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise RuntimeFault("Runtime.LambdaContextUnmarshalError", f"{name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RuntimeFault("Runtime.LambdaContextUnmarshalError", f"{name} is not a JSON object")
    return value
