"""What an exception says of itself."""

import contextlib
from typing import Any, Final

from smart_sre.plain import MAX_NAME, MAX_TEXT, cut

_CODE_NAMES: Final = ("status_code", "http_status", "status", "code")
_MAX_CAUSES: Final = 3


def error_fields(error: BaseException, *, name: str) -> dict[str, Any]:
    """Return type, message and HTTP status of an exception as fields of an entry; `name` is its field for the type."""
    fields: dict[str, Any] = {name: type_name(error), "error_message": message_of(error)}
    if (code := status_code_of(error)) is not None:
        fields["status_code"] = code
    if causes := _causes(error):
        fields["attributes"] = {"caused_by": causes}
    return fields


def run_error_fields(error: BaseException) -> dict[str, Any]:
    """Return the same as fields of a run, which has no status code of its own."""
    fields = error_fields(error, name="error_type")
    code = fields.pop("status_code", None)
    return fields if code is None else {**fields, "attributes": {**fields.get("attributes", {}), "status_code": code}}


def type_name(error: BaseException) -> str:
    """Return the name of an exception's type, with its module where it is not built in."""
    kind = type(error)
    module = getattr(kind, "__module__", "")
    return cut(kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}", MAX_NAME)


def message_of(error: BaseException) -> str:
    """Return an exception's text; its type, where it has none."""
    text = ""
    with contextlib.suppress(Exception):
        text = str(error)
    return cut(text or type(error).__name__, MAX_TEXT)


def status_code_of(error: BaseException) -> int | None:
    """Return the HTTP status that an exception, or the response that it carries, tells."""
    for holder in (error, getattr(error, "response", None)):
        for name in _CODE_NAMES:
            with contextlib.suppress(Exception):
                value = getattr(holder, name, None)
                if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599:
                    return int(value)
    return None


def is_failure(error: BaseException | None) -> bool:
    """Tell whether what ended a block is a failure: a consumer that stops early, or a clean exit, is none."""
    if error is None or isinstance(error, GeneratorExit):
        return False
    return not (isinstance(error, SystemExit) and error.code in (None, 0))


def _causes(error: BaseException) -> list[str]:
    found: list[str] = []
    inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while inner is not None and inner is not error and len(found) < _MAX_CAUSES:
        found.append(cut(f"{type_name(inner)}: {message_of(inner)}", 2_000))
        inner = inner.__cause__ or (None if inner.__suppress_context__ else inner.__context__)
    return found
