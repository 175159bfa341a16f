"""A run -> evidence: every observation that could matter, with a verbatim snippet."""
