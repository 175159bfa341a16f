"""docs/grafana-dashboard.json: it asks for what /metrics serves, wherever that is scraped to."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from rca_core.web.openmetrics import WINDOW_HOURS, exposition
from tests.support.openmetrics import families
from tests.support.overviews import busy
from tests.support.template import ROOT

DASHBOARD: Final[dict[str, Any]] = json.loads((ROOT / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS: Final[list[dict[str, Any]]] = DASHBOARD["panels"]
VARIABLES: Final = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
# Prometheus itself gives every sample these.
SCRAPED: Final = {"job", "instance"}
LABELS: Final = {
    name: {label for sample in family.samples for label in sample.labels}
    for name, family in families(exposition([busy()])).items()
}


def asked() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each metric that a panel asks for, with the labels that it is chosen by and their values."""
    for panel in PANELS:
        for target in panel["targets"]:
            for name, chosen in re.findall(r"\b(smart_sre_\w+)\{([^}]*)\}", target["expr"]):
                yield name, dict(re.findall(r'(\w+)=~?"([^"]*)"', chosen))


def test_every_metric_is_served_and_every_metric_that_is_served_is_shown() -> None:
    text = json.dumps(DASHBOARD)

    assert {name for name, _ in asked()} == set(LABELS)
    assert set(re.findall(r"smart_sre_\w+", text)) == set(LABELS)


def test_metrics_are_chosen_by_labels_and_values_that_they_have() -> None:
    windows = {f"{hours}h" for hours in WINDOW_HOURS}
    for name, chosen in asked():
        assert set(chosen) <= LABELS[name] | SCRAPED
        # Both windows at once would be added up.
        assert chosen["window"] == "$window"
    assert {each["value"] for each in VARIABLES["window"]["options"]} == windows
    assert VARIABLES["window"]["query"].split(",") == sorted(windows)


@pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])
def test_a_legend_names_a_label_of_what_is_shown(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        [shown] = re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
        for name in re.findall(r"smart_sre_\w+", target["expr"]):
            assert shown in LABELS[name] | SCRAPED


def test_whoever_imports_it_chooses_the_data_source() -> None:
    [source] = DASHBOARD["__inputs"]
    used = [panel["datasource"] for panel in PANELS]
    used += [target["datasource"] for panel in PANELS for target in panel["targets"]]
    used += [variable["datasource"] for variable in VARIABLES.values() if "datasource" in variable]

    assert (source["type"], source["pluginId"]) == ("datasource", "prometheus")
    assert all(each == {"type": "prometheus", "uid": f"${{{source['name']}}}"} for each in used)
    assert {panel["type"] for panel in PANELS} == {
        each["id"] for each in DASHBOARD["__requires"] if each["type"] == "panel"
    }


def test_panels_have_an_id_and_a_place_of_their_own() -> None:
    cells = [
        (place["x"] + x, place["y"] + y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["w"])
        for y in range(place["h"])
    ]

    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
