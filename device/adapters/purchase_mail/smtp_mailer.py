"""The `OrderMailer` port over SMTP, by the standard library in a thread: RFC 5321, STARTTLS by RFC 3207, TLS by RFC 8314."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final

from device.domain.purchasing.supplier_faults import MailSecurity, MailSettings
from device.ports.purchase import Carried, CarryOutcome, NotCarried, OrderMail, Unclear

ANSWER_S: Final = 20.0
ALL_S: Final = 90.0
_AWAY: Final = "the mail server cannot be reached"


class SmtpMailer:
    """Sends mail through the stall's own mail server."""

    def __init__(
        self,
        *,
        make_context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._make_context = make_context
        self._answer_s = answer_s

    async def send(self, mail: OrderMail, by: MailSettings) -> CarryOutcome:
        """Send an order; what did not end in time may have arrived."""
        message = message_of(mail, by)
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._send, message, mail.to, by), ALL_S)
        except TimeoutError:
            return Unclear("the mail server took too long to answer")

    async def try_out(self, by: MailSettings) -> NotCarried | None:
        """Sign in and leave again."""

        def sign_in() -> NotCarried | None:
            opened = self._open(by)
            if isinstance(opened, NotCarried):
                return opened
            _leave(opened)
            return None

        try:
            return await asyncio.wait_for(asyncio.to_thread(sign_in), ALL_S)
        except TimeoutError:
            return NotCarried("the mail server took too long to answer")

    def _send(self, message: EmailMessage, to: str, by: MailSettings) -> CarryOutcome:
        opened = self._open(by)
        if isinstance(opened, NotCarried):
            return opened
        try:
            return _hand_over(opened, message, to, by.sender)
        finally:
            _leave(opened)

    def _open(self, by: MailSettings) -> smtplib.SMTP | NotCarried:
        """Connect, encrypt and sign in; nothing of the order has left before this returns."""
        opened: smtplib.SMTP | None = None
        try:
            if by.security is MailSecurity.TLS:
                opened = smtplib.SMTP_SSL(
                    by.host, by.port, timeout=self._answer_s, context=self._make_context()
                )
            else:
                opened = smtplib.SMTP(by.host, by.port, timeout=self._answer_s)
            if by.security is MailSecurity.STARTTLS:
                opened.starttls(context=self._make_context())
            opened.ehlo_or_helo_if_needed()
            if by.user:
                opened.login(by.user, by.password)
        except ssl.SSLCertVerificationError:
            return _refused(opened, "the mail server's certificate is not trusted", lasting=True)
        except smtplib.SMTPAuthenticationError:
            return _refused(opened, "the mail server does not take this user and password", lasting=True)
        except smtplib.SMTPNotSupportedError:
            return _refused(
                opened, "the mail server offers no encryption or no sign-in on this port", lasting=True
            )
        except UnicodeError:
            return _refused(opened, "user and password may only have plain letters and digits", lasting=True)
        except (OSError, smtplib.SMTPException):
            return _refused(opened, _AWAY)
        return opened


def message_of(mail: OrderMail, by: MailSettings) -> EmailMessage:
    """Return the mail; its Message-ID (RFC 5322, section 3.6.4) is the same whenever it is sent."""
    message = EmailMessage()
    message["Subject"] = mail.letter.subject
    message["From"] = by.sender
    message["To"] = mail.to
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.key}@{by.sender.rpartition('@')[2]}>"
    message.set_content(mail.letter.text, cte="quoted-printable")  # passes servers that know 7 bits only
    message.add_attachment(mail.pdf, maintype="application", subtype="pdf", filename=f"{mail.file_name}.pdf")
    message.add_attachment(mail.csv, maintype="text", subtype="csv", filename=f"{mail.file_name}.csv")
    return message


def _hand_over(server: smtplib.SMTP, message: EmailMessage, to: str, sender: str) -> CarryOutcome:
    """Name sender and recipient, then give the mail; only from its first byte on can it arrive unseen."""
    try:
        for code, said in (server.mail(sender), server.rcpt(to)):
            if code not in (250, 251):
                return _no(code, said)
    except (OSError, smtplib.SMTPException):
        return NotCarried(_AWAY)
    try:
        code, said = server.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
    except smtplib.SMTPDataError as error:
        return _no(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException):
        return Unclear("the mail server was lost while it took the order")
    return Carried() if code == 250 else _no(code, said)


def _no(code: int, said: bytes | str) -> NotCarried:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    plain = "".join(letter if letter.isprintable() else " " for letter in text)[:120]
    return NotCarried(f"the mail server said no: {code} {plain}".strip(), lasting=code >= 500)


def _refused(server: smtplib.SMTP | None, words: str, *, lasting: bool = False) -> NotCarried:
    if server is not None:
        server.close()
    return NotCarried(words, lasting=lasting)


def _leave(server: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
