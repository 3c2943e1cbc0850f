"""Still there? Lies over everything; the visit ends unless the patron touches."""

from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui.view_types import StillThereView


class StillThereOverlay(AnchorLayout):
    """Shows a ``StillThereView``; any touch on it is a sign of life, so its button needs no event of its own."""

    page_name = "still_there"
    title = StringProperty("")
    countdown = StringProperty("")
    stay_label = StringProperty("")

    def show(self, view: StillThereView) -> None:
        """Show the view."""
        self.title, self.countdown, self.stay_label = view.title, view.countdown, view.stay_label

    def on_touch_down(self, touch: object) -> bool:
        """Keep every touch from the page below."""
        super().on_touch_down(touch)
        return True
