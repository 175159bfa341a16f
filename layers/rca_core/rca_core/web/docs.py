"""The API description, generated ahead of time: see `rca_core.web.openapi`."""

from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).with_name("openapi.json")


@cache
def openapi_json() -> bytes:
    """Return the OpenAPI document."""
    return DOCUMENT.read_bytes()


@cache
def page() -> str:
    """Return a page that shows the document, with its script and style inside: it needs no other host."""
    # Only who opens the page pays for it.
    from aws_lambda_powertools.event_handler.openapi.swagger_ui import html  # noqa: PLC0415

    assets = Path(html.__file__).parent
    return html.generate_swagger_html(
        openapi_json().decode(),
        (assets / "swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        (assets / "swagger-ui.min.css").read_text(encoding="utf-8"),
        "",
        None,
        False,  # noqa: FBT003  the library's signature
    )
