"""The texts that the rules are held to: those of the project's own that two readers call the same."""

from typing import Final

from bench.training.corpus import OWN, Row, read_rows

OWN_ROWS: Final[list[Row]] = [row for row in read_rows() if row.source == OWN and len(set(row.labels)) == 1]
OWN_TEXTS: Final[list[str]] = [text for row in OWN_ROWS for text in (row.error_message, row.result_summary) if text]
