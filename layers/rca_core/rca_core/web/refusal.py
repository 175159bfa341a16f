"""What pydantic finds wrong with a request, as the error that names each field."""

from pydantic import ValidationError

from rca_core.errors import FieldError, InvalidInput


def refused(error: ValidationError, *where: str) -> InvalidInput:
    """Return the error that names each wrong field, behind where it was sent. It never echoes what was sent."""
    return InvalidInput(
        [
            FieldError(loc=[*where, *entry["loc"]], msg=entry["msg"], type=entry["type"])
            for entry in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    )
