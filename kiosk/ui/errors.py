"""What can go wrong before the first picture is on the screen."""

from kiosk.errors import KioskError


class ScreenError(KioskError):
    """The root of the screen's own errors."""


class KivyAlreadyImportedError(ScreenError):
    """Kivy was imported before ``kivy_setup.prepare``: it has already read its own settings and cannot be steered."""

    def __init__(self) -> None:
        super().__init__("Kivy was imported before kivy_setup.prepare()")


class UnknownPanelError(ScreenError):
    """No profile of that name is in firmware_config/panels."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no panel {name!r}; known: {', '.join(known)}")
        self.name = name
        self.known = known


class PanelProfileError(ScreenError):
    """A panel's profile is not what a profile must be; ``problems`` holds one line for each fault."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"panel {name!r}: " + "; ".join(problems))
        self.name = name
        self.problems = problems
