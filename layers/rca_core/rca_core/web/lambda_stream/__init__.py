"""Serve a Lambda function whose handler may stream its response.

A handler that is a generator streams: it yields one `Prelude`, then `bytes`, and each piece leaves at once. Any other
handler is answered buffered, as AWS's own Python client does it.

Started as `python -m rca_core.web.lambda_stream`, on AWS by the layer's `lambda-stream` exec wrapper. Only the standard
library, and little of it: what is imported here is paid for in every cold start (docs/adr/0001).
"""

from rca_core.web.lambda_stream.context import LambdaContext
from rca_core.web.lambda_stream.prelude import Prelude

__all__ = ["LambdaContext", "Prelude"]
