"""What the patron is asked to do now; for a while, a notice stands in its place."""

from kivy.properties import OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout


class Prompt(BoxLayout):
    """``words``, or ``notice`` on a ground of its own with a warning triangle when there is one."""

    words = StringProperty("")
    notice = StringProperty("")
    anchor = OptionProperty("middle", options=("top", "middle", "bottom"))
