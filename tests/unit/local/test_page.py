"""Which Node builds the page."""

import sys
from pathlib import Path

import pytest

from local.page import node_folder


def node(folder: Path, version: str) -> dict[str, str]:
    """Put a Node and an npm on a path of their own."""
    for name, answer in (("node", version), ("npm", "11.0.0")):
        script = folder / name
        script.write_text(f"#!{sys.executable}\nprint({answer!r})\n")
        script.chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize("version", ["v20.19.0", "v22.12.0", "v24.1.0"])
def test_the_machine_s_node_is_used_where_it_is_new_enough(tmp_path: Path, version: str) -> None:
    assert node_folder(node(tmp_path, version)) is None


@pytest.mark.parametrize("version", ["v18.20.0", "v20.18.3", "v21.7.0", "v22.11.0", "no version"])
def test_an_old_or_broken_node_gives_way_to_the_locked_one(tmp_path: Path, version: str) -> None:
    folder = node_folder(node(tmp_path, version))

    assert folder is not None
    assert (folder / "node").exists()


def test_without_node_the_locked_one_is_used(tmp_path: Path) -> None:
    assert node_folder({"PATH": str(tmp_path)}) is not None
