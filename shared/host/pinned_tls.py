"""TLS that trusts one authority and no other in the world: what a client uses that was given it when it was enrolled."""

import ssl


def pinned_context(authority: str) -> ssl.SSLContext:
    """Return a client's context: TLS 1.2 or newer, the host's name checked, only `authority` (PEM) trusted.

    Raises:
        ValueError: the authority is missing or no certificate; a client must not fall back to plain then.
    """
    if not authority:
        raise ValueError("TLS is asked for, but no authority is known: enrol this device again")
    try:
        context = ssl.create_default_context(cadata=authority)
    except ssl.SSLError as error:
        raise ValueError(f"the broker's authority is no certificate ({error}): enrol again") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
