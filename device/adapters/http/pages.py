"""The pages' files, and the list by which the service worker keeps them."""

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path

from fastapi import APIRouter, FastAPI

from shared.http.page_files import PageFiles, page_file

_BUILD_ONLY = frozenset({"build", "node_modules"})
_LEFT_OUT = (
    ".d.ts",
    ".LICENSE",
    "tsconfig.json",
    "uplot.js",
    "uplot.css",
    "welcome.html",
    "welcome.js",
    "doorstep.html",
    "doorstep.js",
    "pair.html",
    "pair.js",
)  # no charts here; a first start and a pairing happen once, with the till there
mimetypes.add_type("font/woff2", ".woff2")


def install_pages(app: FastAPI, folders: Mapping[str, Path]) -> None:
    """Serve folders under their prefixes (`/` last), and `/precache.json`."""
    router = APIRouter()

    @router.get("/precache.json")
    def precache() -> dict[str, object]:
        files = [{"url": url, "hash": page_file(path).hash} for url, path in sorted(shipped_files(folders))]
        version = hashlib.sha256("".join(f"{file['url']} {file['hash']}\n" for file in files).encode())
        return {"version": version.hexdigest(), "files": files}

    app.include_router(router)
    for prefix in sorted(folders, key=len, reverse=True):
        app.mount(prefix, PageFiles(directory=folders[prefix], html=True), name=prefix)


def shipped_files(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Yield each file that a browser needs, with its URL."""
    for prefix, folder in folders.items():
        for path in folder.rglob("*"):
            parts = path.relative_to(folder).parts
            if path.is_file() and not _BUILD_ONLY & set(parts) and not path.name.endswith(_LEFT_OUT):
                yield "/".join((prefix.rstrip("/"), *parts)), path
