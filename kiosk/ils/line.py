"""From the configuration to a library system: profile, password file, certificates."""

import ssl

from kiosk.config import KioskConfig
from kiosk.config_line import LibrarySystemSection
from kiosk.ils.noted import LibraryJournal
from kiosk.ils.profile_table import adapted
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.ports import Clock
from settings.secret_file import check_private, read_secret


def open_library_system(config: KioskConfig, journal: LibraryJournal, clock: Clock) -> Sip2LibrarySystem:
    """Return the configured library system; nothing is connected yet.

    Raises:
        ProfileError: the differences of the profile cannot be.
        SecretFileError: a password or key file cannot be read, or others may read it too.
        OSError: a certificate file cannot be read (``ssl.SSLError`` where it holds something else).

    """
    section = config.library_system
    return Sip2LibrarySystem(
        Sip2Settings(
            host=section.parts.hostname or "",
            port=section.parts.port or 0,
            zone=config.zone,
            tls=tls_of(section) if section.encrypted else None,
            login=section.login,
            password=read_secret(section.password_file) if section.password_file else "",
            institution=section.institution,
            location=section.location,
            numbers=config.numbers,
            answer_s=section.answer_s,
            give_up_s=section.give_up_s,
            owes_alarms=config.devices.rfid is not None,
        ),
        profile=adapted(section.profile, section.differences),
        journal=journal,
        clock=clock,
    )


def tls_of(section: LibrarySystemSection) -> ssl.SSLContext:
    """Trust the configured authority alone, check the server's name, show the kiosk's certificate."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=section.server_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if section.certificate is not None and section.certificate_key is not None:
        check_private(section.certificate_key)
        context.load_cert_chain(section.certificate, section.certificate_key)
    return context
