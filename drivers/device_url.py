"""Takes a device URL apart: ``scheme:///path?option=value``."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from drivers.errors import DeviceUrlError


@dataclass(frozen=True, slots=True)
class DeviceUrl:
    """A device URL in parts."""

    url: str
    path: str
    options: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, url: str, allowed: Iterable[str]) -> Self:
        """Take ``url`` apart; raises `DeviceUrlError` for one without a path or with an option that is not known."""
        known = tuple(sorted(allowed))
        try:
            parts = urlsplit(url)
            options = tuple(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError as error:
            raise DeviceUrlError(url, "form") from error
        if parts.netloc or not parts.path.startswith("/"):
            raise DeviceUrlError(url, "path")
        names = [name for name, _ in options]
        for name in names:
            if name not in known or names.count(name) > 1:
                raise DeviceUrlError(url, name, known)
        return cls(url, unquote(parts.path), options)

    def text(self, name: str, default: str) -> str:
        """Return an option's value."""
        return dict(self.options).get(name, default)

    def number(self, name: str, default: int, allowed: Iterable[int]) -> int:
        """Return an option's value as a number out of ``allowed``; raises `DeviceUrlError`."""
        value = self.text(name, str(default))
        choices = tuple(allowed)
        if not value.isascii() or not value.isdigit() or int(value) not in choices:
            raise DeviceUrlError(self.url, name, tuple(str(choice) for choice in choices[:20]))
        return int(value)
