"""What can be wrong with a file that a person wrote; its words are for that person, and never quote a secret."""

from pathlib import Path


class SettingsError(Exception):
    """The root of all errors of this package; ``str()`` of one may be shown to the technician at the terminal."""


class FaultyFileError(SettingsError):
    """The file cannot be used; ``problems`` holds one line for each fault."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__(f"{path}: " + "; ".join(problems))
        self.path = path
        self.problems = problems


class SecretFileError(SettingsError):
    """A file with a secret, or with a certificate, cannot be used; ``fault`` says why."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self.path = path
        self.fault = fault
