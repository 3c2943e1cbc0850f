"""What the patron is asked to do now; for a while, a notice stands in its place."""

from kivy.properties import OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout


class Prompt(AnchorLayout):
    """``words``, or ``notice`` on a plate of its own with a warning triangle when there is one."""

    words = StringProperty("")
    notice = StringProperty("")
    anchor = OptionProperty("center", options=("top", "center"))
