"""The till's page: how much JavaScript a phone has to fetch before it can sell."""

import gzip

from device.adapters.http.pages import shipped_files
from device.app.build_services import FOLDERS

Row = dict[str, object]


def run() -> list[Row]:
    """Return the size of all scripts that the service worker keeps."""
    scripts = [path.read_bytes() for url, path in shipped_files(FOLDERS) if url.endswith(".js")]
    file_by_file = sum(len(gzip.compress(script, 9)) for script in scripts)
    one_stream = len(gzip.compress(b"".join(scripts), 9))
    return [
        {
            "id": "till.js_kb", "value": file_by_file / 1_000, "unit": "kB", "goal": 40, "at_most": True, "n": len(scripts),
            "note": f"sources as they are, gzip -9 file by file, all screens, two languages; one stream: {one_stream / 1_000:.0f} kB",
        }
    ]  # fmt: skip
