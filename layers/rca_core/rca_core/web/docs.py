"""The API description, generated ahead of time: see `rca_core.web.openapi`."""

import json
from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).with_name("openapi.json")


@cache
def openapi_json() -> bytes:
    """Return the OpenAPI document."""
    return DOCUMENT.read_bytes()


def methods_of(path: str) -> list[str]:
    """Return the methods that the API has on a path; none for a path that it does not have."""
    parts = path.split("/")
    for template, operations in json.loads(openapi_json())["paths"].items():
        expected = template.split("/")
        if len(expected) == len(parts) and all(
            want == part or (want.startswith("{") and part) for want, part in zip(expected, parts, strict=True)
        ):
            return sorted(method.upper() for method in operations)
    return []


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
