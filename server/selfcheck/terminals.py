"""Which terminal is on a line: by its certificate, by its login, or by both."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.circulation.values import Counter
from server.errors import TerminalTakenError, UnknownPlaceError
from server.store.models import Place, Terminal
from server.store.secrets import hash_secret


@dataclass(frozen=True, slots=True)
class KnownTerminal:
    """A terminal as it stands in the store."""

    counter: Counter
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewTerminal:
    """A terminal to be added, or to be changed where its id is known."""

    terminal_id: str
    place_code: str
    login: str
    password: str = field(repr=False)
    certificate_cn: str | None = None


def terminal_of_login(session: Session, login: str) -> KnownTerminal | None:
    """Find a terminal by the name in its 93."""
    return _known(session.scalar(select(Terminal).where(Terminal.login == login)))


def terminal_of_certificate(session: Session, common_name: str) -> KnownTerminal | None:
    """Find a terminal by the common name of its certificate."""
    return _known(session.scalar(select(Terminal).where(Terminal.certificate_cn == common_name)))


def put_terminal(session: Session, new: NewTerminal) -> None:
    """Add a terminal, or give a known one another place, login, password and certificate.

    Raise ``UnknownPlaceError``, or ``TerminalTakenError`` where the login or the certificate is another terminal's.
    """
    place = session.scalar(select(Place).where(Place.code == new.place_code))
    if place is None:
        raise UnknownPlaceError(new.place_code)
    taken = Terminal.login == new.login
    if new.certificate_cn is not None:
        taken |= Terminal.certificate_cn == new.certificate_cn
    if session.scalar(select(Terminal.id).where(taken, Terminal.id != new.terminal_id)) is not None:
        raise TerminalTakenError(new.terminal_id)
    session.merge(
        Terminal(
            id=new.terminal_id,
            place_id=place.id,
            login=new.login,
            password_hash=hash_secret(new.password),
            certificate_cn=new.certificate_cn,
        )
    )


def _known(terminal: Terminal | None) -> KnownTerminal | None:
    if terminal is None:
        return None
    place = terminal.place
    counter = Counter(terminal.id, place.organisation_id, place.id, place.code, place.name)
    return KnownTerminal(counter, terminal.password_hash)
