"""A diagnosis -> the report, in words, and its ticket."""
