"""Every link of every page leads somewhere, and so does every page that code and configuration name."""

import re
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.docs import anchors, files, links, page, pages
from tests.support.template import ROOT


@pytest.mark.parametrize("name", pages())
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    assert [link for link in links(page(name)) if not leads_somewhere(name, link)] == []


def leads_somewhere(name: str, link: str) -> bool:
    """Tell whether a link of a page leads to a file, or to a heading, of this repository. Other sites are not asked."""
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme in ("https", "mailto")
    target = (ROOT / name).parent / unquote(parts.path) if parts.path else ROOT / name
    if parts.path.startswith("/") or not target.resolve().is_relative_to(ROOT) or not target.exists():
        return False
    return not parts.fragment or (target.suffix == ".md" and parts.fragment in anchors(target.read_text("utf-8")))


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("docs/api.md", True),
        ("docs/api.md#routes", True),
        ("#guides", True),
        ("docs/", True),
        ("docs/api", False),
        ("docs/api.md#rout", False),
        ("#routes", False),
        ("/docs/api.md", False),
        ("../README.md", False),
        ("http://example.org", False),
    ],
)
def test_links_are_told_apart(link: str, leads: bool) -> None:  # noqa: FBT001
    assert leads_somewhere("README.md", link) is leads


def test_headings_get_the_anchors_of_github() -> None:
    text = "# What fails, and since when?\n\n## `GET /metrics` & co\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n"

    assert anchors(text) == {"what-fails-and-since-when", "get-metrics--co", "twice", "twice-1"}


@pytest.mark.parametrize("name", [name for name in pages() if re.fullmatch(r"docs/[^/]+", name)])
def test_every_guide_is_listed_in_the_readme(name: str) -> None:
    assert name in [link.partition("#")[0] for link in links(page("README.md"))]


def test_every_decision_is_listed() -> None:
    decisions = {path.name for path in (ROOT / "docs" / "adr").glob("0*.md")}

    assert {link for link in links(page("docs/adr/README.md")) if link.startswith("0")} == decisions


def test_pages_that_code_and_configuration_name_are_there() -> None:
    named = {
        (str(path.relative_to(ROOT)), name)
        for pattern in ("*.py", "*.yaml", "*.toml", "Makefile")
        for path in files(pattern)
        for name in re.findall(r"\b(?:docs|tests|data)/[\w/-]*\.md\b", path.read_text(encoding="utf-8"))
    }

    assert ("template.yaml", "docs/deploy.md") in named
    assert sorted(pair for pair in named if not (ROOT / pair[1]).exists()) == []
