"""A page that says one thing: a picture, a title, a sentence, and below them what the page adds."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout


class Message(BoxLayout):
    """Picture beside words on a wide screen, above them on a high one; what is added goes under the words."""

    picture = StringProperty("")
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")

    def add_widget(self, widget: object, *args: object, **kwargs: object) -> None:
        """Put what a layout adds under the words."""
        if "words" in self.ids:
            self.ids.words.add_widget(widget, *args, **kwargs)
        else:
            super().add_widget(widget, *args, **kwargs)
