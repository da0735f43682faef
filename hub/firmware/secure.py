"""Opens the way to a broker: TCP, and TLS over it where the board knows an authority. Never plain instead of TLS."""

import asyncio
import binascii
import ssl


async def open_stream(
    host: str, port: int, authority: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; with an `authority` (PEM) the broker must show a certificate of it that names `host`.

    Raises:
        OSError: nobody answers there.
        ValueError: the board's TLS does not believe the certificate.
    """
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    reader, writer = await asyncio.open_connection(host, port)
    try:
        # TCP_NODELAY: acknowledgements would wait 40 ms otherwise. (The board's streams have `s`, its stubs do not.)
        writer.s.setsockopt(6, 1, 1)  # type: ignore[attr-defined]
        if not authority:
            return reader, writer
        return await _secured(reader, writer, host, _context(authority))
    except BaseException:
        writer.close()
        raise


def _context(authority: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED  # type: ignore[attr-defined]  # the board believes everybody by default
    context.load_verify_locations(cadata=_der(authority))
    return context


async def _secured(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if hasattr(writer, "start_tls"):  # CPython; the board's streams cannot be changed, but its socket can
        await writer.start_tls(context, server_hostname=host)
        return reader, writer
    plain = writer.s  # type: ignore[attr-defined]
    secured = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    secured.setblocking(False)  # noqa: FBT003  # the socket's own interface
    stream = asyncio.StreamReader(secured)  # on the board reader and writer are one kind of stream
    return stream, stream  # type: ignore[return-value]


def _der(pem: str) -> bytes:
    """Return a certificate as bytes: not every build of the board's TLS reads text."""
    lines = [line for line in pem.split("\n") if line and not line.startswith("-----")]
    return binascii.a2b_base64("".join(lines))
