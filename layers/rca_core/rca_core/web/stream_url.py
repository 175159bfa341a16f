"""Where an analysis streams."""

from urllib.parse import quote


def stream_url(base: str, rca_run_id: str, token: str | None) -> str:
    """Return the stream's address under a function URL, with its token if it needs one."""
    url = f"{base.rstrip('/')}/rca-runs/{quote(rca_run_id, safe='')}/stream"
    return f"{url}?token={quote(token, safe='.')}" if token else url
