"""QR codes as small inline pictures."""

import io

import segno


def qr_svg(text: str, label: str) -> str:
    """Return a QR code (ISO/IEC 18004, error correction M) as an SVG element that says what it is."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=2, title=label
    )
    return drawn.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)
