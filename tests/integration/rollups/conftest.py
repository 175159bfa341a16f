import pytest

from bench.memory_table import MemoryTable


@pytest.fixture
def table() -> MemoryTable:
    """Return a table in memory."""
    return MemoryTable()
