"""The API description, generated ahead of time: see `rca_core.web.openapi`."""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).with_name("openapi.json")
TITLE = "AgentOps Smart SRE"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def openapi_json() -> bytes:
    """Return the OpenAPI document."""
    return DOCUMENT.read_bytes()


def methods_of(path: str) -> list[str]:
    """Return the methods that the API has on a path; none for a path that it does not have."""
    return sorted(method.upper() for method in _operations(path))


def query_parameters_of(method: str, path: str) -> set[str]:
    """Return the names of the query parameters that a route takes."""
    operation = _operations(path).get(method.lower(), {})
    return {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}


def _operations(path: str) -> dict[str, Any]:
    parts = path.split("/")
    for template, operations in json.loads(openapi_json())["paths"].items():
        expected = template.split("/")
        if len(expected) == len(parts) and all(
            want == part or (want.startswith("{") and part) for want, part in zip(expected, parts, strict=True)
        ):
            return dict(operations)
    return {}


@cache
def page() -> str:
    """Return a page that shows the document, with its script and style inside: it needs no other host."""
    # Only who opens the page pays for it.
    from aws_lambda_powertools.event_handler.openapi.swagger_ui import html  # noqa: PLC0415

    assets = Path(html.__file__).parent
    shown = html.generate_swagger_html(
        openapi_json().decode(),
        (assets / "swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        (assets / "swagger-ui.min.css").read_text(encoding="utf-8"),
        "",
        None,
        False,  # noqa: FBT003  the library's signature
    )
    return shown.replace("<title>Swagger UI</title>", f"<title>{TITLE}: API</title>", 1)


@cache
def page_policy() -> str:
    """Return the Content-Security-Policy of the page: its own scripts by their hashes, requests to this API only."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page()))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    # Styles are inline in every element that the page's script makes.
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
