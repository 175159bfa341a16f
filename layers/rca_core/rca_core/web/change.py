"""What a request changes, checked by a model each; a misspelt field is an error, not ignored."""

from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from rca_core.errors import PayloadTooLarge
from rca_core.storage.failure import GivenStatus
from rca_core.web.refusal import refused

# Every field that is not known is an error of its own: of so much there cannot be many.
MAX_CHANGE: Final = 4 * 1024


class Change(BaseModel):
    """No fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FailureChange(Change):
    """What people say of a failure: that it is resolved, or that it is open. That it came back is seen, not said."""

    status: GivenStatus


C = TypeVar("C", bound=Change)


def parse_change(model: type[C], body: bytes) -> C:
    """Return what a JSON body changes. Raises `PayloadTooLarge`, and `InvalidInput` naming each field that is wrong."""
    if len(body) > MAX_CHANGE:
        raise PayloadTooLarge(f"A change has at most {MAX_CHANGE} bytes.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise refused(error) from None
