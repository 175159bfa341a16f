"""What a streaming handler says before its payload: status, headers, cookies."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rca_core.web.lambda_stream.failures import RuntimeFault

# Ends the prelude on the wire (AWS: "Response streaming for Lambda functions", HTTP integration responses).
_SEPARATOR = b"\0" * 8


@dataclass(frozen=True)
class Prelude:
    """Open a streamed HTTP response. A streaming handler yields one, first.

    `cookies` become Set-Cookie headers, one each.
    """

    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()

    def encode(self) -> bytes:
        """Return the JSON prelude and the separator that ends it.

        Raises RuntimeFault (Runtime.MarshalError) for values that are not JSON.
        """
        prelude = {"statusCode": self.status_code, "headers": dict(self.headers), "cookies": list(self.cookies)}
        try:
            return json.dumps(prelude).encode() + _SEPARATOR
        except (TypeError, ValueError) as error:
            raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal the prelude: {error}") from error
