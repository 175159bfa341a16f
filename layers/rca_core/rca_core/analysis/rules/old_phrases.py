"""Pieces of patterns that several categories share: times, orders of words, names of error classes, other languages."""
# ruff: noqa: E501 - a pattern in one piece reads better than wrapped

from typing import Final

UNIT: Final = r"(?:ms|millis\w*|s|secs?|seconds?(?:\(s\))?|mins?|minutes?(?:\(s\))?|h|hours?)\b"
"""A unit in which software waits; days are what people wait."""
SPAN: Final = rf"(?:\d[\d,.]{{0,9}} ?{UNIT}|\d{{1,3}}[hm]\d[\dms.]{{0,10}}\b)"
PER_TIME: Final = (
    r"(?: ?/ ?|[ _-]?per[ _-]?|[ _]an?[ _]|[ _]every[ _]|[ _]each[ _]| (?:in|within|over|during|for|this)(?: the last| the| an?| any| each| this)?(?: current| billing| same)? ?)(?:\d+[ -]?)?"
    r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?)\b"
)
OF_BUSINESS: Final = (
    r"\b(?:(?:gift|prepaid|store) (?:card|credit)|cards? (?:has|was|is|had|limit|declined)|transfers?\b"
    r"|withdraw\w*|refund\w*|overdraft|loans?\b|mortgage|(?:the|your|this|insurance) claim\b|insurance|insurer|(?:shopping )?cart|coupons?|vouchers?|baggage"
    r"|luggage|passengers?|fares?\b|airlines?|underwrit\w+|policyholders?|warrant(?:y|ies)|vacation|annual leave"
    r"|bookings?|reservations?|returns? (?:window|policy|period)|exchange policy|courses?\b|semester|seats?\b|guests\b"
    r"|patients?|tenancy|landlords?|purchase orders?|deposits?\b|procurement|cost cent(?:er|re)|household)"
)
"""What the matter at hand is about, whose limits, policies and deadlines are no failure of a service."""


def either_order(first: str, second: str, gap: str = r".{0,40}?") -> str:
    """Return a pattern for two things said one after the other, whichever comes first."""
    return rf"(?:{first}){gap}(?:{second})|(?:{second}){gap}(?:{first})"


def class_holding(morphemes: str, ends: str = r"\w{0,40}") -> str:
    """Return a pattern for an error class, at the start of the text, whose name holds one of these."""
    return rf"\A[\w.:$/-]{{0,120}}(?:{morphemes}){ends}: "


def quoted_code(morphemes: str) -> str:
    """Return a pattern for a quoted or tagged code, as answers carry them, whose name holds one of these."""
    return rf"(?:^|: |['\"<>=])[\w.:-]{{0,40}}(?:{morphemes})\w{{0,40}}(?:['\"<]|$)"
