"""The files of our pages as browsers get them: scripts without their comments, texts compressed, each under an ETag.

Nothing is built beforehand. A file is made ready when it is first asked for, and again when it has changed on the disk.
"""

import gzip
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from shared.http.page_scripts import without_comments

FILES_MAX = 512  # all parts' pages together are some 250 files
_THIRD_PARTY = "vendor"  # comes as its makers made it
_MEDIA_TYPES = {
    ".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """A file as it travels: its bytes, the same ones compressed (gzip, RFC 1952), and the SHA-256 of the former in hex."""

    content: bytes
    compressed: bytes
    hash: str


class PageFiles(StaticFiles):
    """Serves a folder of pages. Fonts and pictures go out as they are, texts as `page_file` makes them ready."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with a file, or with 304 (RFC 9110, section 15.4.5) to a browser that has it."""
        path = Path(full_path)
        if path.suffix not in _MEDIA_TYPES:
            return super().file_response(full_path, stat_result, scope, status_code)
        return _answer(page_file(path), _MEDIA_TYPES[path.suffix], Headers(scope=scope), status_code)


def _answer(file: PageFile, media_type: str, asked: Headers, status_code: int) -> Response:
    headers = {"ETag": f'"{file.hash}"', "Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
    if headers["ETag"] in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in asked.get("accept-encoding", ""):
        return Response(
            file.compressed, status_code, headers | {"Content-Encoding": "gzip"}, media_type=media_type
        )
    return Response(file.content, status_code, headers, media_type=media_type)


def page_file(path: Path) -> PageFile:
    """Return a file as it travels, made ready anew only when it has changed. Raises OSError."""
    state = path.stat()
    return _made_ready(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=FILES_MAX)
def _made_ready(path: Path, _mtime_ns: int, _size: int) -> PageFile:
    content = path.read_bytes()
    if path.suffix == ".js" and _THIRD_PARTY not in path.parts:
        content = without_comments(content.decode()).encode()
    compressed = gzip.compress(content, 9, mtime=0) if path.suffix in _MEDIA_TYPES else b""
    return PageFile(content=content, compressed=compressed, hash=hashlib.sha256(content).hexdigest())
