"""Headers that keep a browser from making more of an answer than it is."""

from typing import Final

# Telemetry may hold markup: an answer is never guessed to be a page, never run, never framed. It may hold what is
# nobody else's business: it is kept in no cache, and no address, which may carry a token, is passed on.
PROTECTION: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
