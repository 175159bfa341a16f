"""The guide's file of rules is one, and explains what it says it does."""

import re

from rca_core.analysis import RcaReport
from rca_core.analysis.rules.custom import read_custom_rules
from tests.support.template import ROOT
from tests.unit.analysis.builders import failed, report_of, run_of

[SHOWN] = re.findall(r"```yaml\n(.+?)```", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.DOTALL)


def explained(message: str, **fields: object) -> RcaReport:
    table = read_custom_rules(SHOWN.encode(), source="rules.md").table
    return report_of(run_of(failed(1, "book", message, **fields)), rules=table)


def test_its_rules_name_what_they_are_for() -> None:
    assert explained("Ledger north is locked").cause == "ledger_locked"
    assert explained("no", error_class="acme.AcmeQuotaExceededError", status_code=403).cause == "acme_quota"


def test_it_names_rules_that_there_are() -> None:
    assert read_custom_rules(SHOWN.encode(), source="rules.md").passed_over == ()


def test_its_rules_are_kept_out_as_it_says() -> None:
    assert explained("Ledger north is locked by the auditor").category == "unknown"
    assert explained("no", error_class="AcmeQuotaExceeded", status_code=500).cause != "acme_quota"
