"""A built page as HTTP answers: which file a path names, in which encoding, and for how long it may be kept."""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from rca_core.errors import NotFound, Unavailable
from rca_core.web.problems import problem_answer

PREFIX: Final = "/ui"
_INDEX: Final = "index.html"
# The first that the client takes is sent.
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
# Names in this folder hold a hash of their content.
_HASHED: Final = "assets/"
_MEDIA_TYPES: Final = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}
_QUALITY: Final = re.compile(r"q=([0-9.]+)")


@dataclass(frozen=True)
class _File:
    media_type: str
    etag: str
    # By encoding; "" is the file as it is.
    bodies: Mapping[str, bytes]


class Site:
    """The files of a built page. They are listed once, so that no path leads to anything else."""

    def __init__(self, files: Mapping[str, _File], policy: str) -> None:
        self._files = files
        self._headers = {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Vary": "Accept-Encoding",
        }

    @classmethod
    def read(cls, folder: Path, policy: str) -> "Site":
        """Return the page in a folder; an empty one if it was not built."""
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        packed = {name for name in names if name.endswith(tuple(_ENCODINGS.values()))}
        return cls({name: _read(folder, name, packed) for name in names if name not in packed}, policy)

    def answer(self, path: str, headers: Mapping[str, str], request_id: str) -> dict[str, Any]:
        """Return the answer to a GET of a path under /ui; header names are in lower case."""
        if path == PREFIX:
            # Beside it, relative addresses would lead elsewhere.
            return {"statusCode": 308, "headers": {**self._headers, "Location": f"{PREFIX}/"}, "body": ""}
        name = path.removeprefix(f"{PREFIX}/") or _INDEX
        # Identifiers in places of the page may hold dots: only the first part of a path tells a file from a place.
        if name not in self._files and not name.startswith(_HASHED) and "." not in name.split("/")[0]:
            name = _INDEX
        file = self._files.get(name)
        if file is None:
            if not self._files:
                return _refusal(Unavailable("The page is not built: `make ui` builds it."), request_id)
            return _refusal(NotFound(f"{path} is no file of the page."), request_id)
        kept = name.startswith(_HASHED)
        cache = "public, max-age=31536000, immutable" if kept else "no-cache"
        shared = {**self._headers, "Cache-Control": cache, "ETag": file.etag}
        if _names(headers.get("if-none-match", ""), file.etag):
            return {"statusCode": 304, "headers": shared, "body": ""}
        encoding = _choose(headers.get("accept-encoding", ""), file.bodies)
        encoded = {"Content-Encoding": encoding} if encoding else {}
        return {
            "statusCode": 200,
            "headers": {**shared, "Content-Type": file.media_type, **encoded},
            "body": base64.b64encode(file.bodies[encoding]).decode(),
            "isBase64Encoded": True,
        }


def page_policy(stream_url: str) -> str:
    """Return the page's Content-Security-Policy: own files, this API and the stream; no text becomes markup."""
    scheme, host, *_ = urlsplit(stream_url)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"manifest-src 'self'; connect-src 'self' {scheme}://{host}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _read(folder: Path, name: str, packed: set[str]) -> _File:
    body = (folder / name).read_bytes()
    suffix = PurePosixPath(name).suffix
    media_type = _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    encoded = {
        encoding: (folder / f"{name}{ending}").read_bytes()
        for encoding, ending in _ENCODINGS.items()
        if f"{name}{ending}" in packed
    }
    # Weak: the encodings of a file share it.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    return _File(media_type, etag, {**encoded, "": body})


def _choose(accepted: str, bodies: Mapping[str, bytes]) -> str:
    wanted = set()
    for part in accepted.lower().split(","):
        coding, _, rest = part.strip().partition(";")
        quality = _QUALITY.search(rest)
        if not quality or quality[1].strip("0."):
            wanted.add(coding.strip())
    return next((encoding for encoding in bodies if encoding in wanted), "")


def _names(header: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def _refusal(error: NotFound | Unavailable, request_id: str) -> dict[str, Any]:
    status, fields, body = problem_answer(error, request_id)
    return {"statusCode": status, "headers": fields, "body": body}
