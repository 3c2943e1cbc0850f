"""The words of the pages in each language, read from gettext catalogues when the server starts."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English"}
"""Code and own name of each language, the library's own first."""
DEFAULT_LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of the pages."""

    language: str
    catalogue: gettext.NullTranslations

    def say(self, message: str) -> str:
        """Translate an English message; a message without a translation stays English."""
        return self.catalogue.gettext(message)


def load_wordings() -> dict[str, Wording]:
    """Read every language's catalogue; raises ``OSError`` when one is missing from the installation."""
    return {language: Wording(language, _load(language)) for language in LANGUAGES}


def choose_language(asked: str | None, remembered: str | None) -> str:
    """Pick what the address asks for, else what the browser remembers, else Vietnamese; unknown codes do not count."""
    for candidate in (asked, remembered):
        if candidate is not None and candidate in LANGUAGES:
            return candidate
    return DEFAULT_LANGUAGE


@cache
def _load(language: str) -> gettext.NullTranslations:
    with files(__package__).joinpath("locale", f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
