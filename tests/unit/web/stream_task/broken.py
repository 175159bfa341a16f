"""A module that fails while it is imported."""

import os

TABLE = os.environ["TABLE_NAME"]
