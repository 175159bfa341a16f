"""The command that the `lambda-stream` exec wrapper runs."""

import sys

from rca_core.web.lambda_stream.process import main

sys.exit(main())
