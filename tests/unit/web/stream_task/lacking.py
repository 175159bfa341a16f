"""A module that needs one that is not there."""

import no_such_library  # type: ignore[import-not-found] # noqa: F401
