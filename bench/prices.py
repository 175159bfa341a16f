"""AWS's list prices as inputs, and the formula that makes a cost of a million runs from them.

On demand, us-east-1, in US dollars, as published in 2025 (DynamoDB's since 1 November 2024): put in your own. Left out:
storage, backups, transfer, logs, free tiers, and the time that a function waits for storage.
"""

from typing import Final, NamedTuple

DYNAMODB_WRITE_UNIT: Final = 0.625e-6
DYNAMODB_READ_UNIT: Final = 0.125e-6
LAMBDA_GB_SECOND: Final = 16.6667e-6
LAMBDA_REQUEST: Final = 0.20e-6
HTTP_API_REQUEST: Final = 1.00e-6
HTTP_API_METERED_BYTES: Final = 512 * 1024
S3_PUT: Final = 5.0e-6

LAMBDA_GB: Final = 1.0
MILLION: Final = 1_000_000

FORMULA: Final = (
    "cost = HTTP API requests (one for each 512 KB of body) + Lambda request + CPU x 1024 MB + write and read units + "
    "S3 PUT, at the on-demand list prices of us-east-1 of 2025: inputs, in bench/prices.py. No storage, no waiting."
)


class Use(NamedTuple):
    """What one request used: bytes over HTTP, seconds of CPU, DynamoDB units, S3 requests."""

    body_bytes: int
    cpu_seconds: float
    write_units: int
    read_units: int
    s3_puts: int = 0


def per_million(use: Use) -> float:
    """Return the US dollars that a million such requests cost."""
    metered = -(-use.body_bytes // HTTP_API_METERED_BYTES) or 1
    return MILLION * (
        metered * HTTP_API_REQUEST
        + LAMBDA_REQUEST
        + use.cpu_seconds * LAMBDA_GB * LAMBDA_GB_SECOND
        + use.write_units * DYNAMODB_WRITE_UNIT
        + use.read_units * DYNAMODB_READ_UNIT
        + use.s3_puts * S3_PUT
    )
