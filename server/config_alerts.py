"""Section ``[alerts]`` of ``server.toml``: who is written to when something needs a person."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from settings.toml_file import Section


class AlertsSection(Section):
    """Letters about alerts, by the mail server of ``[mail]``; nobody is written to without ``mail_to``."""

    mail_to: tuple[Annotated[str, Field(pattern=r"^[!-~]{1,64}@[!-~]{1,190}$")], ...] = Field(default=(), max_length=20)
    language: Literal["vi", "en"] = "vi"
    after_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    """How long an alert stands before anybody is written to."""
    slight_ones_too: bool = False
    """Also those by which no reader is turned away and nothing is lost."""
    quiet_from: time | None = None
    quiet_until: time | None = None
    """Between these hours of the library nobody is written to; what still stands then is told afterwards."""

    def is_quiet(self, at: time) -> bool:
        """Say whether nobody is to be written to at an hour of the library's day."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until
