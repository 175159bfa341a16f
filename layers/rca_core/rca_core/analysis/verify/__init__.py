"""A report and the run -> accepted or refused. Knows nothing of how the report was made."""
