"""Somebody in front of the kiosk, with hands and eyes."""

import json
from collections.abc import Callable

from deploy.demo.devices import DemoPad
from deploy.demo.recording import Shown
from deploy.demo.site import Site
from deploy.demo.tags import Tag, tag_of

PATIENCE_S = 40.0
QUIET = "Chạm vào một nút"
"""What the home page says where nothing happened."""


class Reader:
    """Works one site's kiosk as a patron does, and sees what a patron sees."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.demo = json.loads((site.files.stock / "demo.json").read_text(encoding="utf-8"))

    @property
    def pad(self) -> DemoPad:
        """The pad in front of the reader."""
        return self.site.pad

    def card(self, name: str) -> str:
        """Give the number of one of the demo's cards."""
        return self.site.card_called(name)

    def odd_tag(self, name: str) -> Tag:
        """Give the tag of one of the demo's odd books."""
        found = self.demo["odd_books"][name]["tag"]
        return Tag(found["uid"], found["memory"], found["afi"], found["dsfid"], found["eas"])

    def books(self, number: int) -> list[str]:
        """Choose books that stand on a shelf."""
        return [book["item_id"] for book in self.demo["books"] if book["item_id"] in self._on_shelf()][:number]

    def sees(self, what: str, fits: Callable[[Shown], bool]) -> Shown:
        """Wait until the screen shows it."""
        return self.site.recording.wait(what, fits, PATIENCE_S)

    def sees_page(self, page: str) -> Shown:
        """Wait until the screen shows a page."""
        return self.sees(page, lambda shown: shown.page == page)

    def sees_words(self, words: str) -> Shown:
        """Wait until some text on the screen holds these words."""
        return self.sees(words, lambda shown: any(words in text for text in shown.texts))

    def touches(self, name: str) -> None:
        """Touch something when it is there."""
        shown = self.sees(f"something called {name}", lambda shown: name in shown.targets)
        self.site.touch(*shown.targets[name].middle)

    def scans(self, text: str) -> None:
        """Hold a label under the scanner."""
        self.site.scanner.scan(text)

    def lays(self, *tags: Tag | str) -> None:
        """Lay tags, or books by their numbers, on the pad; what lies there stays."""
        self.pad.lay(tag if isinstance(tag, Tag) else tag_of(tag) for tag in tags)

    def begins(self, card: str = "ordinary") -> Shown:
        """Present a card that is accepted."""
        self.scans(self.card(card))
        return self.sees_page("borrow")

    def sees_marks(self, **marks: str) -> Shown:
        """Wait until items (their dots written as ``_``) bear these marks."""
        wanted = {item.replace("_", "."): mark for item, mark in marks.items()}
        return self.sees(str(wanted), lambda shown: wanted.items() <= shown.marks.items() and not shown.busy)

    def afi(self, item: str) -> int:
        """Look into the emulated reader's memory."""
        return self.pad.tags()[tag_of(item).uid]

    def find_home(self) -> None:
        """Wait until nobody is there and no word from before stands on the screen."""
        self.sees(
            "the quiet home page", lambda shown: shown.page == "home" and any(QUIET in text for text in shown.texts)
        )

    def leave(self) -> None:
        """Take everything along and end the visit by whatever the screen offers."""
        self.pad.lift()
        while (
            shown := self.sees("a way home", lambda shown: shown.page == "home" or bool(shown.targets))
        ).page != "home":
            for way in ("no", "done", "no-receipt", "finish", "leave", "stay", "cancel"):
                if way in shown.targets:
                    self.site.touch(*shown.targets[way].middle)
                    number = shown.number
                    self.sees("something else", lambda later, number=number: later.number > number)  # type: ignore[misc]  # a default binds the number
                    break
            else:
                self.sees_page("home")

    def _on_shelf(self) -> set[str]:
        return {item for item, _ in self.site.rows.lendable()}
