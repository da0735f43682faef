"""Text from elsewhere, made fit for every database and screen."""

TEXT_MAX = 200
"""No name, id or category at a stall comes near."""


def plain_text(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, with what no database takes (NUL, half surrogates) replaced."""
    cut = text[:limit].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return cut.encode("utf-8", "replace").decode("utf-8")
