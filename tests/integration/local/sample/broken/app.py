"""A function that cannot be imported."""

message = "broken at import"
raise RuntimeError(message)
