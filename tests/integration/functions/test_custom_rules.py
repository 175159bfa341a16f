"""The analyzer with rules of a user: one table a job, and a job whatever becomes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from rca_core.analysis import default_rules
from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim
from tests.conftest import Cloud
from tests.integration.functions.jobs import ANALYZER, detail, queued
from tests.integration.functions.product import Product
from tests.support.runs import run_body, tool_call

RULE = {
    "id": "acme.ledger",
    "category": "upstream_error",
    "cause": "ledger_locked",
    "strength": 90,
    "patterns": ["ledger"],
}
LOCKED = run_body(tool_calls=[tool_call(status="failed", error_message="Ledger north is locked")])


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps({"rules": [RULE]}))
    return path


@pytest.fixture
def product(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, rules_file: Path) -> Product:
    return Product(cloud, monkeypatch, RULES_SOURCE=str(rules_file))


def worked(product: Product, run_id: str, run: dict[str, Any] = LOCKED) -> tuple[str, str]:
    """Return the cause and the version of the rules that the analysis of a run found and used."""
    rca_run_id = queued(product, run=run | {"run_id": run_id})
    assert product.work() == []
    report = detail(product, rca_run_id)["report"]
    return report["cause"], report["engine"]["rules_version"]


def test_a_users_rules_are_used_from_the_first_job(product: Product) -> None:
    cause, version = worked(product, "run-1")

    assert cause == "ledger_locked"
    assert version != default_rules().version


def test_a_users_rule_wins_over_a_built_in_one_and_one_that_is_disabled_never_does(
    product: Product, rules_file: Path
) -> None:
    call = tool_call(status="failed", error_message="Ledger north is locked", status_code=429)
    limited = run_body(tool_calls=[call])
    rules_file.write_text(json.dumps({"rules": [RULE | {"strength": 100}]}))
    assert worked(product, "run-1", limited)[0] == "ledger_locked"

    rules_file.write_text(json.dumps({"disable": [rule.id for rule in default_rules().rules]}))
    assert worked(product, "run-2", limited)[0] == "unexplained_failure"


def test_a_job_ends_with_the_rules_it_began_with(product: Product, rules_file: Path) -> None:
    _, before = worked(product, "run-1")
    module = product.module(ANALYZER)
    real = module.reached

    def change_rules(claim: Claim, stage: Stage) -> None:
        real(claim, stage)
        if stage is Stage.CLASSIFYING:
            rules_file.write_text(json.dumps({"rules": [RULE | {"cause": "ledger_closed"}]}))

    module.reached = change_rules  # type: ignore[attr-defined]

    assert worked(product, "run-2") == ("ledger_locked", before)
    cause, after = worked(product, "run-3")
    assert (cause, after != before) == ("ledger_closed", True)


@pytest.mark.parametrize("content", [b"rules: [", b"\xff", b"", b"x" * 300_000])
def test_a_job_is_done_whatever_its_rules_are(product: Product, rules_file: Path, content: bytes) -> None:
    rules_file.write_bytes(content)

    cause, version = worked(product, "run-1")

    assert (cause, version) == ("unexplained_failure", default_rules().version)


def test_a_job_is_done_without_its_rules(product: Product, rules_file: Path) -> None:
    rules_file.unlink()

    assert worked(product, "run-1") == ("unexplained_failure", default_rules().version)
