"""Takes a device URL apart: ``scheme:///path?option=value``, ``scheme://host:port`` or ``scheme://name``.

``spy+`` before the scheme and ``spy=FILE`` among the options ask for a recording; see `drivers.spy`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from drivers.errors import DeviceUrlError
from drivers.scheme import without_spy
from drivers.wire import WirePlace

_SPY_OPTION: Final = "spy"
_FEW: Final = 20
"""So many numbers may be named one by one."""


class UrlForm(Enum):
    """What stands between the scheme and the options."""

    PATH = "path"
    """``scheme:///dev/...``"""
    ADDRESS = "address"
    """``scheme://host:port``"""
    NAME = "name"
    """``scheme://name``; the name may be empty."""

    @property
    def example(self) -> str:
        """What follows the scheme, for somebody who wrote it otherwise."""
        return _EXAMPLES[self]


_EXAMPLES: Final = {
    UrlForm.PATH: ":///dev/serial/by-id/...",
    UrlForm.ADDRESS: "://host:port",
    UrlForm.NAME: "://name",
}


@dataclass(frozen=True, slots=True)
class DeviceUrl:
    """A device URL in parts."""

    url: str
    path: str
    options: tuple[tuple[str, str], ...]
    host: str = ""
    port: int = 0
    name: str = ""
    recording: Path | None = None

    @classmethod
    def parse(cls, url: str, allowed: Iterable[str], form: UrlForm = UrlForm.PATH) -> Self:
        """Take ``url`` apart; raises `DeviceUrlError` for one of another form or with an option that is not known."""
        known = tuple(sorted(allowed))
        plain = without_spy(url)
        scheme = plain.partition(":")[0]
        try:
            parts = urlsplit(plain)
            options = tuple(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            port = parts.port or 0
        except ValueError as error:
            raise DeviceUrlError(url, "form", (f"{scheme}{form.example}?option=value&option=value",)) from error
        if not _has_form(parts, form) or parts.fragment or "\0" in unquote(parts.path + parts.netloc):
            raise DeviceUrlError(url, form.value, (scheme + form.example,))
        names = [name for name, _ in options]
        for name in names:
            if (name not in known and not (plain != url and name == _SPY_OPTION)) or names.count(name) > 1:
                raise DeviceUrlError(url, name, known)
        address = form is UrlForm.ADDRESS
        return cls(
            url,
            unquote(parts.path) if form is UrlForm.PATH else "",
            tuple(pair for pair in options if pair[0] != _SPY_OPTION),
            (parts.hostname or "") if address else "",
            port if address else 0,
            unquote(parts.netloc) if form is UrlForm.NAME else "",
            None if plain == url else _recording(url, dict(options)),
        )

    @property
    def place(self) -> WirePlace:
        """Where the device's bytes are to be had."""
        return WirePlace(self.path, self.host, self.port, self.recording)

    def text(self, name: str, default: str) -> str:
        """Return an option's value."""
        return dict(self.options).get(name, default)

    def choice(self, name: str, default: str, allowed: Iterable[str]) -> str:
        """Return an option's value out of ``allowed``; raises `DeviceUrlError`."""
        value = self.text(name, default)
        choices = tuple(allowed)
        if value not in choices:
            raise DeviceUrlError(self.url, name, choices)
        return value

    def number(self, name: str, default: int, allowed: Iterable[int]) -> int:
        """Return an option's value as a number out of ``allowed``; raises `DeviceUrlError`."""
        value = self.text(name, str(default))
        choices = tuple(allowed)
        if not value.isascii() or not value.isdigit() or int(value) not in choices:
            raise DeviceUrlError(self.url, name, _named(choices))
        return int(value)


def _named(numbers: tuple[int, ...]) -> tuple[str, ...]:
    first, last = min(numbers), max(numbers)
    if len(numbers) > _FEW and len(set(numbers)) == last - first + 1:
        return (f"{first} to {last}",)
    return tuple(map(str, numbers))


def _has_form(parts: SplitResult, form: UrlForm) -> bool:
    match form:
        case UrlForm.PATH:
            return not parts.netloc and parts.path.startswith("/")
        case UrlForm.ADDRESS:
            return bool(parts.hostname and parts.port) and parts.path in ("", "/") and "@" not in parts.netloc
        case UrlForm.NAME:
            return parts.path in ("", "/")


def _recording(url: str, options: dict[str, str]) -> Path:
    file = options.get(_SPY_OPTION, "")
    if not file.startswith("/"):
        raise DeviceUrlError(url, _SPY_OPTION, ("spy=/folder/file.txt",))
    return Path(file)
