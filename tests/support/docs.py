"""The documentation as tests read it: its pages, their sections, blocks, tables, links and anchors."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.support.template import ROOT

ELLIPSIS: Final = "…"
"""On a line of its own it stands for any lines, in a line for any characters."""

_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
# table, body, row, cell
_CELL_LEVEL: Final = 4
_MADE_HERE: Final = {"node_modules", "build"}


def page(name: str) -> str:
    """Return the text of a page, by its path from the root of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def pages() -> tuple[str, ...]:
    """Return the path of every page of the repository."""
    return tuple(sorted(str(path.relative_to(ROOT)) for path in files("*.md")))


def guides() -> str:
    """Return what users read, in one text."""
    return "\n".join(page(name) for name in pages() if name == "README.md" or re.fullmatch(r"docs/[^/]+", name))


def files(pattern: str) -> Iterator[Path]:
    """Yield the repository's files of a name, but no hidden ones and none that commands made."""
    for top in ROOT.iterdir():
        if top.name.startswith(".") or top.name in _MADE_HERE:
            continue
        found = top.rglob(pattern) if top.is_dir() else [top] if top.match(pattern) else []
        yield from (path for path in found if not _MADE_HERE.intersection(path.parts))


def section(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level; an error if there is none."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"there is no section {heading!r}"
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language: all lines, each with its end."""
    return [each.content for each in _MARKDOWN.parse(text) if each.type == "fence" and each.info == language]


def rows(text: str) -> list[list[str]]:
    """Return the rows of all tables without their heads: the cells, as they are written."""
    found: list[list[str]] = []
    for token in _MARKDOWN.parse(text):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "thead_close":
            found.pop()
        elif token.type == "inline" and token.level == _CELL_LEVEL:
            found[-1].append(token.content)
    return found


def names(cell: str) -> list[str]:
    """Return what a text sets as code."""
    return re.findall(r"`([^`]+)`", cell)


def shows(shown: str, printed: str) -> bool:
    """Tell whether a text is what was printed, but for what an ellipsis leaves out."""
    lines = shown.splitlines(keepends=True)
    patterns = [
        "(?:.*\n)*?" if line.strip() == ELLIPSIS else ".*".join(map(re.escape, line.split(ELLIPSIS))) for line in lines
    ]
    return re.fullmatch("".join(patterns), printed) is not None


def links(text: str) -> list[str]:
    """Return where a page's links and images lead."""
    return [
        str(child.attrs.get("href") or child.attrs["src"])
        for token in _MARKDOWN.parse(text)
        for child in token.children or ()
        if child.type in ("link_open", "image")
    ]


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    found: set[str] = set()
    tokens = _MARKDOWN.parse(text)
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            anchor = _anchor(inline)
            found.add(next(name for name in _numbered(anchor) if name not in found))
    return found


def _anchor(inline: Token) -> str:
    said = "".join(child.content for child in inline.children or ())
    return re.sub(r"[^\w\- ]", "", said.lower()).replace(" ", "-")


def _numbered(anchor: str) -> Iterator[str]:
    yield anchor
    number = 0
    while True:
        number += 1
        yield f"{anchor}-{number}"
