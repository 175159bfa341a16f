"""What the documentation says about categories and causes is what the table holds."""

from rca_core.analysis import CATEGORIES, default_rules
from tests.support.docs import names, page, rows, section


def test_every_category_is_documented_with_all_its_causes() -> None:
    listed = rows(section(page("docs/reports.md"), "Categories and causes"))
    documented = {names(category)[0]: set(names(causes)) for category, _, causes in listed}
    known: dict[str, set[str]] = {category: set() for category in CATEGORIES}
    for cause in default_rules().causes:
        known[cause.category].add(cause.code)
    known["unknown"] |= {"insufficient_evidence", "none"}  # said by the report where there is no explanation

    assert documented == known
