"""Text from elsewhere, made fit for every database and screen."""


def plain_text(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, with what no database takes (NUL, half surrogates) replaced."""
    cut = text[:limit].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return cut.encode("utf-8", "replace").decode("utf-8")
