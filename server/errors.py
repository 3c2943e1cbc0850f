"""The server's own errors; data in fields, and only the technician at the terminal reads their text."""

from collections.abc import Sequence
from pathlib import Path


class ServerError(Exception):
    """The root of all errors that the server raises itself."""


class StoreTooNewError(ServerError):
    """A newer release has changed the database; this one must not touch it."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database is at revision {revision}, which this release does not know")
        self.revision = revision


class StoreDriverMissingError(ServerError):
    """The store's address asks for a Python package that is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"the store's address needs the Python package {package}; the extra 'postgres' brings psycopg")
        self.package = package


class UnknownPlaceError(ServerError):
    """There is no place with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no place has the code {code}")
        self.code = code


class TerminalTakenError(ServerError):
    """Another terminal has this login or this certificate already."""

    def __init__(self, terminal_id: str) -> None:
        super().__init__(f"another terminal has the login or the certificate meant for {terminal_id}")
        self.terminal_id = terminal_id


class UnknownTerminalError(ServerError):
    """There is no terminal with this id."""

    def __init__(self, terminal_id: str) -> None:
        super().__init__(f"there is no terminal {terminal_id}; library-server terminal add makes one")
        self.terminal_id = terminal_id


class UnknownCardError(ServerError):
    """Nobody has this card; the number is a reader's and is not said."""

    def __init__(self) -> None:
        super().__init__("nobody has this card")


class CitizenTakenError(ServerError):
    """Another reader has this citizen number already; neither is said."""

    def __init__(self) -> None:
        super().__init__("another reader has this citizen number: one person is there twice")


class CitizenNumberError(ServerError):
    """What was given is neither a citizen number nor the text of a citizen card's QR code; it is not said."""

    def __init__(self) -> None:
        super().__init__("this is neither a citizen number (12 digits) nor the whole text of a citizen card's QR code")


class CitizenSwitchedOffError(ServerError):
    """``citizens.key_file`` is not configured."""

    def __init__(self) -> None:
        super().__init__("citizens.key_file names no file: readers are not found by citizen numbers here")


class CitizenKeyError(ServerError):
    """The key of citizen numbers cannot be used."""

    def __init__(self, path: Path, words: str) -> None:
        super().__init__(f"{path}: {words}")
        self.path = path


class PinShapeError(ServerError):
    """A PIN is not of the form that a keypad can type; it is not said."""

    def __init__(self) -> None:
        super().__init__("a PIN is 4 to 8 digits")


class ImportFileError(ServerError):
    """A file cannot be imported at all: it cannot be read as UTF-8, or its columns are not those of its kind."""

    def __init__(self, path: Path, line: int, words: str) -> None:
        super().__init__(f"{path}:{line}: {words}")
        self.path = path
        self.line = line
        self.words = words


class CatalogueBusyError(ServerError):
    """Too many questions to the catalogue wait already."""

    def __init__(self) -> None:
        super().__init__("too many ask the catalogue at the same time")


class NoIndexYetError(ServerError):
    """There is no index of the catalogue that can be read; the running server is making it."""

    def __init__(self) -> None:
        super().__init__("the catalogue's index is still being made by the running server; try again in a moment")


class SeveralSourcesError(ServerError):
    """Records of several sources have this id."""

    def __init__(self, sources: Sequence[str]) -> None:
        super().__init__("records of several sources have this id")
        self.sources = sources
