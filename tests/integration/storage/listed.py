"""Runs to list, and what a listing showed of them."""

from typing import Any

from rca_core.storage.listing import RunIndex, RunPage
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from tests.integration.storage.items import NOW
from tests.support.runs import parsed

EVERYTHING = RunFilter()


def store(runs: RunStore, *names: str, **fields: Any) -> None:
    """Store runs that start on the day and in the second that their names say: "d3-07" is the 3rd, 7 s past noon."""
    for name in names:
        day, second = int(name[1]), int(name[3:5])
        started = f"2026-01-{day:02d}T12:00:{second:02d}Z"
        runs.put(parsed(**{"run_id": name, "started_at": started, **fields}), now=NOW)


def ids(page: RunPage) -> list[str]:
    return [header.run_id for header in page.items]


def all_pages(index: RunIndex, wanted: RunFilter = EVERYTHING, *, limit: int = 3) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        page = index.page(wanted, limit=limit, cursor=cursor, now=NOW)
        pages.append(ids(page))
        assert len(page.items) <= limit
        if page.next_cursor is None:
            return pages
        cursor = page.next_cursor


def every_id(index: RunIndex, wanted: RunFilter = EVERYTHING) -> list[str]:
    return [name for page in all_pages(index, wanted) for name in page]
