"""The built page as answers: which file, in which form, for how long, and nothing else."""

import base64
import gzip
from pathlib import Path
from typing import Any

import pytest

from rca_core.web.static import Site, page_policy

INDEX, SCRIPT = b"<!doctype html><title>Page</title>", b"export const page = 1;"
POLICY = page_policy("https://abc.lambda-url.eu-west-1.on.aws/")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A page of three files beside something that is none of it."""
    (tmp_path / "secret.txt").write_text("nobody's business")
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_bytes(INDEX)
    (static / "index.html.gz").write_bytes(gzip.compress(INDEX))
    (static / "index.html.br").write_bytes(b"as brotli")
    (static / "icon.svg").write_bytes(b"<svg/>")
    (static / "assets" / "index-abc123.js").write_bytes(SCRIPT)
    return Site.read(static, POLICY)


def answered(site: Site, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    answer: dict[str, Any] = site.answer(path, {key.replace("_", "-"): value for key, value in headers.items()}, "r-1")
    body = answer["body"].encode()
    return answer["statusCode"], answer["headers"], base64.b64decode(body) if answer.get("isBase64Encoded") else body


@pytest.mark.parametrize(
    "path", ["/ui/", "/ui/index.html", "/ui/runs", "/ui/runs/run-1.2:a", "/ui/failures/abc", "/ui/console/"]
)
def test_every_place_of_the_page_is_its_index_which_is_asked_for_anew(site: Site, path: str) -> None:
    status, headers, body = answered(site, path)

    assert (status, body) == (200, INDEX)
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache"


def test_a_file_whose_name_holds_its_hash_is_kept_for_ever(site: Site) -> None:
    status, headers, body = answered(site, "/ui/assets/index-abc123.js")

    assert (status, body) == (200, SCRIPT)
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_without_a_hash_is_asked_for_anew(site: Site) -> None:
    _, headers, _ = answered(site, "/ui/icon.svg")

    assert headers["Content-Type"] == "image/svg+xml"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/ui/assets/index-old.js",
        "/ui/assets/runs",
        "/ui/assets/../index.html",
        "/ui/favicon.ico",
        "/ui/../secret.txt",
        "/ui/..%2fsecret.txt",
        "/ui//etc/passwd/../x.js",
        "/ui/index.html.gz",
        "/ui/secret.txt",
        "/ui/.env",
    ],
)
def test_no_path_leads_to_what_is_no_file_of_the_page(site: Site, path: str) -> None:
    status, headers, body = answered(site, path)

    assert (status == 404 and headers["Content-Type"] == "application/problem+json") or body == INDEX
    assert b"business" not in body


def test_an_unknown_asset_is_not_found_and_kept_by_nobody(site: Site) -> None:
    status, headers, _ = answered(site, "/ui/assets/index-old.js")

    assert status == 404
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("br;q=0.0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_file_comes_packed_as_the_client_takes_it(site: Site, accepted: str, encoding: str | None) -> None:
    _, headers, body = answered(site, "/ui/", accept_encoding=accepted)

    assert headers.get("Content-Encoding") == encoding
    assert headers["Vary"] == "Accept-Encoding"
    assert body == {"br": b"as brotli", "gzip": gzip.compress(INDEX), None: INDEX}[encoding] or encoding == "gzip"


def test_what_the_client_has_is_not_sent_again(site: Site) -> None:
    _, headers, _ = answered(site, "/ui/", accept_encoding="br")
    etag = headers["ETag"]

    for sent in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        status, again, body = answered(site, "/ui/runs", if_none_match=sent)
        assert (status, body, again["ETag"]) == (304, b"", etag)
    assert answered(site, "/ui/", if_none_match='"other"')[0] == 200


def test_the_page_without_its_slash_leads_to_it(site: Site) -> None:
    status, headers, _ = answered(site, "/ui")

    assert (status, headers["Location"]) == (308, "/ui/")


def test_every_answer_of_the_page_is_kept_from_foreign_script_frame_and_guess(site: Site) -> None:
    for path in ("/ui", "/ui/", "/ui/assets/index-abc123.js"):
        _, headers, _ = answered(site, path)
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_policy_lets_in_own_files_the_api_and_the_stream_only() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))

    assert rules["connect-src"] == "'self' https://abc.lambda-url.eu-west-1.on.aws"
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_a_page_that_was_not_built_says_how_to(tmp_path: Path) -> None:
    status, _, body = answered(Site.read(tmp_path / "absent", POLICY), "/ui/")

    assert status == 503
    assert b"make ui" in body
