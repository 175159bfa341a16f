"""Tables as benchmarks print them."""

from rich.table import Table


def table_of(title: str, first: str, *columns: str) -> Table:
    """Return an empty table whose first column holds names, and the others numbers."""
    result = Table(title=title, title_justify="left")
    result.add_column(first)
    for name in columns:
        result.add_column(name, justify="right")
    return result
