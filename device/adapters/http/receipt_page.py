"""The page that a customer's phone shows behind a receipt's link: no script, nothing to sign in to, nothing to change."""

from html import escape
from typing import assert_never
from urllib.parse import quote

from device.adapters.http.qr import qr_svg
from device.domain.paper.document import (
    Align,
    Block,
    Cut,
    Document,
    KickDrawer,
    Logo,
    Pair,
    QrCode,
    Rule,
    Size,
    Text,
)
from device.domain.paper.receipt import Letterhead

_WORDS = {
    "en": {
        "title": "Receipt", "pdf": "Save as PDF", "png": "Save as a picture", "proof": "QR code with the proof of this sale",
        "missing": "There is no receipt behind this link.",
        "remedy": "Ask at the stall to show you the code again.",
    },
    "de": {
        "title": "Beleg", "pdf": "Als PDF sichern", "png": "Als Bild sichern", "proof": "QR-Code mit dem Nachweis des Verkaufs",
        "missing": "Hinter diesem Link steht kein Beleg.",
        "remedy": "Lassen Sie sich den Code am Stand noch einmal zeigen.",
    },
}  # fmt: skip


def receipt_page(document: Document, token: str, head: Letterhead) -> str:
    """Return the page of a receipt."""
    words = _WORDS.get(head.language, _WORDS["en"])
    blocks = "".join(_block(block, words) for block in document)
    links = "".join(
        f'<a class="button" href="/r/{quote(token)}.{kind}">{escape(words[kind])}</a>'
        for kind in ("pdf", "png")
    )
    return _page(
        f"{words['title']} · {head.stall}", head.language, f"<article>{blocks}</article><nav>{links}</nav>"
    )


def missing_page(language: str) -> str:
    """Return the page of a link that leads to nothing."""
    words = _WORDS.get(language, _WORDS["en"])
    body = f"<article><p><b>{escape(words['missing'])}</b></p><p>{escape(words['remedy'])}</p></article>"
    return _page(words["title"], language, body)


def _page(title: str, language: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/shared/tokens.css"><link rel="stylesheet" href="/receipt.css">'
        f"</head><body><main>{body}</main></body></html>"
    )


def _block(block: Block, words: dict[str, str]) -> str:
    match block:
        case Text(text=""):
            return '<div class="gap"></div>'
        case Text(text=text, align=align):
            indent = " in" if text.startswith(" ") else ""
            middle = " middle" if align is Align.CENTRE else ""
            return f'<p class="{_weight(block)}{middle}{indent}">{escape(text.strip())}</p>'
        case Pair(left=left, right=right):
            indent = " in" if left.startswith(" ") else ""
            pair = f"<span>{escape(left.strip())}</span><span>{escape(right)}</span>"
            return f'<p class="pair {_weight(block)}{indent}">{pair}</p>'
        case Rule():
            return "<hr>"
        case QrCode(text=text):
            picture = quote(qr_svg(text, words["proof"]))
            return f'<img class="qr" alt="{escape(words["proof"])}" src="data:image/svg+xml,{picture}">'
        case Logo() | Cut() | KickDrawer():
            return ""
        case other:
            assert_never(other)


def _weight(block: Text | Pair) -> str:
    return "large" if block.size is Size.DOUBLE else "bold" if block.bold else ""
