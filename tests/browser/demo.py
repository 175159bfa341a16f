"""A stack with something to look at in every view."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from local.demo.client import Client
from local.demo.fleet_runs import fleet_runs
from tests.browser.runs import crew_run, hostile_run, long_run
from tests.support.template import ROOT

Json = dict[str, Any]

_CLIENTS: Final = 4
_SAMPLES: Final = ("tool_schema_mismatch", "insufficient_evidence")
_PATIENCE: Final = 240.0


class Places(NamedTuple):
    """Where each view has something to show, by what is shown."""

    fingerprint: str

    def addresses(self) -> dict[str, str]:
        """Return the address of each view under the stack's origin."""
        return {
            "overview": "/ui/",
            "runs": "/ui/runs",
            "run": "/ui/runs/crew-quarterly-figures",
            "run-mismatch": "/ui/runs/run-tool-schema-mismatch",
            "run-insufficient": "/ui/runs/run-insufficient-evidence",
            "run-succeeded": "/ui/runs/fleet-0000",
            "run-long": "/ui/runs/long-reconciliation",
            "run-hostile": "/ui/runs/hostile-run",
            "run-missing": "/ui/runs/no-such-run",
            "failures": "/ui/failures",
            "failure": f"/ui/failures/{self.fingerprint}",
            "console": "/ui/console",
            "nowhere": "/ui/nowhere",
        }


NAMES: Final = tuple(Places("").addresses())


def load_demo(api_url: str, fleet: int) -> Places:
    """Post a fleet's runs and some that are hard to show, and wait until all that start an analysis have it."""
    samples = [json.loads((ROOT / "events" / f"{name}.json").read_text()) for name in _SAMPLES]
    runs = [*fleet_runs(fleet, until=datetime.now(UTC)), *samples, long_run(), hostile_run(), crew_run()]
    with closing(Client(api_url)) as client:
        with ThreadPoolExecutor(_CLIENTS) as agents:
            posted = list(agents.map(client.ingest, runs))
        _await_reports(client, [each["rca_run_id"] for each in posted if each["rca_run_id"]])
        return Places(_fingerprint(client))


def _await_reports(client: Client, rca_run_ids: Sequence[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    for rca_run_id in rca_run_ids:
        while client.rca_run(rca_run_id)["status"] not in {"done", "error"}:
            assert time.monotonic() < deadline, f"analysis {rca_run_id} did not end in time"
            time.sleep(0.1)


def _fingerprint(client: Client) -> str:
    """Return the failure that most runs showed, when the counters say so."""
    deadline = time.monotonic() + _PATIENCE
    while not (found := client.get("/failures?sort=count&limit=1")["items"]) or found[0]["count"] < 2:
        assert time.monotonic() < deadline, "no failure was counted in time"
        time.sleep(0.2)
    return str(found[0]["fingerprint"])
