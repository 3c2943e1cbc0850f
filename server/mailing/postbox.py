"""Hands a letter to the library's mail server by SMTP; blocks, and belongs into a worker thread."""

import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Final

from server.config_mail import MailSection
from settings.secret_file import read_secret

STEP_S: Final = 20.0
"""For each step of the conversation."""
_FOR_GOOD: Final = 500
"""Answers from here on say that trying again is of no use."""


class NotSentError(Exception):
    """The letter was not taken; ``for_good``: it never will be. Holds no address."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Postbox:
    """Where letters are handed in, and as whom."""

    section: MailSection
    tls: ssl.SSLContext | None
    password: str = field(default="", repr=False)

    def send(self, to: str, letter: bytes) -> None:
        """Hand one letter in; raise ``NotSentError`` where it was not taken."""
        try:
            with self._connected() as line:
                line.sendmail(self.section.sender, [to], letter)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotSentError("recipient", for_good=all(code >= _FOR_GOOD for code in codes)) from None
        except smtplib.SMTPDataError as error:
            raise NotSentError("letter", for_good=error.smtp_code >= _FOR_GOOD) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:  # their words may hold an address
            raise NotSentError(type(error).__name__, for_good=False) from None

    def _connected(self) -> smtplib.SMTP:
        section = self.section
        line: smtplib.SMTP
        if section.security == "tls":
            line = smtplib.SMTP_SSL(section.host, section.port, timeout=STEP_S, context=self.tls)
        else:
            line = smtplib.SMTP(section.host, section.port, timeout=STEP_S)
        try:
            if section.security == "starttls":
                line.starttls(context=self.tls)
            if section.user:
                line.login(section.user, self.password)
        except BaseException:
            line.close()
            raise
        return line


def postbox_of(section: MailSection) -> Postbox:
    """Make it; raise ``SecretFileError`` or ``OSError`` where a file cannot be used."""
    tls = None if section.security == "none" else ssl.create_default_context(cafile=section.server_ca)
    return Postbox(section, tls, read_secret(section.password_file) if section.password_file else "")
