"""What a tool is for, by the words of its name."""

from functools import lru_cache
from typing import Final

import re2


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOOKUP: Final = re2.compile(
    r"(?i)search|find|look_?up|retriev|query|list|get|fetch|knowledge|vector|rag|browse|read|select|recall|memory|kb|match|check"
    r"|track|show|discover|index|sql"
)
_SEARCH: Final = re2.compile(r"(?i)search|retriev|query|look_?up|find|knowledge|vector|rag\b|recall")
# Capitals before a word in small letters end where it begins: `HTTPStatus` is two words.
_WORD: Final = re2.compile(r"[A-Z]?[a-z]+|([A-Z]+)[A-Z][a-z]+|[A-Z]+|\d+")
# Words that do not say what a tool is about.
_COMMON: Final = _set("""
        get find by details detail list search fetch id info data api tool lookup look up query for the of and with from
        in v name all
        """)
_INFORMS: Final = _set("""
        search find lookup look retrieve retrieval query list get fetch knowledge vector rag browse browser read select
        recall memory kb match check track show discover index sql visit page url web open click scroll navigate
        download scrape crawl view describe info status surfer websurfer
        """)
_ACTS: Final = _set("""
        create update delete send issue book cancel pay refund post write submit execute run set reset add
        remove checkout transfer modify exchange return place schedule buy charge approve deploy restart apply
        upload save insert put publish reserve register assign close invite notify email call edit change move
        start stop
        """)
_PROGRAMS: Final = _set("code python interpreter shell bash terminal notebook jupyter repl sandbox ipython cell")
# Whoever searches the web for it, a web search is one.
_PROVIDERS: Final = _set("""
        google bing brave tavily serper serpapi duckduckgo ddg exa yahoo baidu naver daum kakao yandex perplexity
        searxng kagi you jina linkup web internet online
        """)


@lru_cache(maxsize=1_000)
def looks_up(tool: str) -> bool:
    """Return whether a tool may have nothing to give, by any part of its name."""
    return _LOOKUP.search(tool) is not None


@lru_cache(maxsize=1_000)
def acts(tool: str) -> bool:
    """Return whether a tool does something to the world, by the words of its name."""
    return not _ACTS.isdisjoint(_words(tool))


@lru_cache(maxsize=1_000)
def searches(tool: str) -> bool:
    """Return whether a tool searches, so that a blank result says "nothing found"."""
    return _SEARCH.search(tool) is not None


@lru_cache(maxsize=1_000)
def informs(tool: str) -> bool:
    """Return whether a tool looks something up or shows it, and does nothing to the world."""
    words = set(_words(tool))
    return not words.isdisjoint(_INFORMS) and words.isdisjoint(_ACTS)


@lru_cache(maxsize=1_000)
def runs_programs(tool: str) -> bool:
    """Return whether a tool runs what the agent wrote."""
    return not _PROGRAMS.isdisjoint(_words(tool))


@lru_cache(maxsize=1_000)
def purposes(tool: str) -> tuple[tuple[str, str], ...]:
    """Return (verb, thing) pairs: `find_user_id_by_email` and `find_user_by_zip` are both for (find, user).

    Of a search, who provides it does not matter: `WebSearch_naver` and `google_search` are both for (search, web).
    """
    words = _words(tool)
    if not words:
        return ()
    if "search" in words:
        things = set(words) - _COMMON - _PROVIDERS or {"web"}
        return tuple(("search", thing) for thing in sorted(things))
    return tuple((words[0], word) for word in sorted(set(words[1:]) - _COMMON))


def _words(tool: str) -> list[str]:
    words: list[str] = []
    at = 0
    while match := _WORD.search(tool, at):
        at = match.end(1) if match[1] else match.end()
        words.append((match[1] or match[0]).lower())
    return words
