"""Writes the workbench's page and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from kiosk.workbench import labels
from kiosk.workbench.bench import MISDEEDS, Bench, BenchState, TagFacts
from kiosk.workbench.config import DemoBook
from kiosk.workbench.wording import LANGUAGES, Wording, load_wordings
from library.text import fold

PARTS = ("screen", "cards", "pad", "books", "printer", "devices")


@dataclass(frozen=True, slots=True)
class TagWords:
    """The AFI values of a secured tag and of one on loan."""

    secured: int = 0x07
    on_loan: int = 0xC2

    def state(self, tag: TagFacts | None, afi: int) -> str:
        """Say ``secured``, ``on_loan`` or ``other`` of a tag, with ``afi`` for one that the pad never saw."""
        value = afi if tag is None else tag.afi
        return {self.secured: "secured", self.on_loan: "on_loan"}.get(value, "other")


@dataclass(frozen=True, slots=True)
class View:
    """How a person looks at the page."""

    language: str
    search: str = ""
    problem: str = ""
    """An English message of the catalogues; empty when all went well."""


class Renderer:
    """Writes the page in every language."""

    def __init__(self, bench: Bench, token: str, tag_words: TagWords) -> None:
        """Read catalogues and templates; raises ``OSError`` when the installation lacks one."""
        self._bench = bench
        self._token = token
        self._tag_words = tag_words
        self._folded = {
            book.tag.uid: fold(f"{book.title} {book.item_id} {book.shows}") for book in bench.stock.all_books
        }
        self._wordings = load_wordings()
        self._environments = {code: _environment(wording) for code, wording in self._wordings.items()}

    def page(self, state: BenchState, view: View) -> str:
        """Write the whole page."""
        template = self._environments[view.language].get_template("bench.html")
        return template.render(view=view, languages=LANGUAGES, token=self._token, parts=self.parts(state, view))

    def parts(self, state: BenchState, view: View) -> Mapping[str, str]:
        """Write what changes while somebody works; each part is one element."""
        environment = self._environments[view.language]
        values = {
            "view": view,
            "state": state,
            "bench": self._bench,
            "token": self._token,
            "books": self._found(view),
            "tag_state": self._tag_words.state,
        }
        return {name: environment.get_template(f"parts/{name}.html").render(key=name, **values) for name in PARTS}

    def say(self, problem: str, view: View) -> str:
        """Translate a problem; empty stays empty."""
        return self._wordings[view.language].say(problem) if problem else ""

    def _found(self, view: View) -> tuple[DemoBook, ...]:
        words = fold(view.search).split()
        return tuple(
            book for book in self._bench.stock.all_books if all(word in self._folded[book.tag.uid] for word in words)
        )


def _environment(wording: Wording) -> Environment:
    environment = Environment(
        loader=PackageLoader("kiosk.workbench"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # because the extension adds it
    install(wording.catalogue, newstyle=True)
    environment.globals.update(
        say=wording.say,
        ROLE=labels.ROLE,
        PAPER=labels.PAPER,
        MISDEED=labels.MISDEED,
        MISDEEDS=MISDEEDS,
    )
    return environment
