"""The spans of a run as they are kept until it is whole: merged in whatever order they come, bounded, packed."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic_core import from_json, to_json

from rca_core.telemetry.fields import MAX_CHILDREN
from rca_core.telemetry.otlp.facts import ERROR, Span

MAX_KEPT: Final = MAX_CHILDREN
_FIRST_KINDS: Final = ("agent", "tool", "guardrail")


def merge(stored: Sequence[Span], came: Iterable[Span]) -> list[Span] | None:
    """Return the spans of both, each once, or None where nothing new came.

    Of one span sent in two versions the one that ended later stays. The result is the same in whatever order, however
    often and in whatever batches the spans come: also where more come than are kept.
    """
    by_id = {span.span_id: span for span in stored}
    changed = False
    for span in came:
        known = by_id.get(span.span_id)
        if known is None or (known != span and _version(span) > _version(known)):
            by_id[span.span_id] = span
            changed = True
    if not changed:
        return None
    spans = sorted(by_id.values(), key=_importance)[:MAX_KEPT] if len(by_id) > MAX_KEPT else list(by_id.values())
    spans.sort(key=_order)
    return None if spans == list(stored) else spans


def _version(span: Span) -> tuple[int, bytes]:
    return span.end, to_json(span)


def _importance(span: Span) -> tuple[bool, bool, bool, int, str]:
    """What decides which spans stay of more than are kept: of each span alone, so that no order of arrival matters."""
    return bool(span.parent_id), span.code != ERROR, span.kind not in _FIRST_KINDS, span.start, span.span_id


def _order(span: Span) -> tuple[int, int, str]:
    """Spans by their start; one that holds others comes before them."""
    return span.start, -span.end, span.span_id


def pack(spans: Sequence[Span]) -> bytes:
    """Return spans as JSON."""
    return to_json(spans, inf_nan_mode="constants")


def unpack(packed: bytes) -> list[Span]:
    """Return spans that were packed. Raises `ValueError`, `TypeError` for what is none."""
    return [Span(*each) for each in from_json(packed)] if packed else []


def digest(packed: bytes) -> str:
    """Return what packed spans are told apart by."""
    return hashlib.sha256(packed).hexdigest()
