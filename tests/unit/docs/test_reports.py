"""What the documentation says about categories and causes is what the table holds."""

import re
from pathlib import Path

from rca_core.analysis import CATEGORIES, default_rules

REPORTS = Path(__file__).parents[3] / "docs" / "reports.md"


def test_every_category_is_documented_with_all_its_causes() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", REPORTS.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {category: set(re.findall(r"`(\w+)`", causes)) for category, causes in rows}
    known: dict[str, set[str]] = {category: set() for category in CATEGORIES}
    for cause in default_rules().causes:
        known[cause.category].add(cause.code)
    known["unknown"] |= {"insufficient_evidence", "none"}  # said by the report where there is no explanation

    assert documented == known
