"""Every letter that a Vietnamese syllable may hold, made from vowels and tones rather than listed by hand."""

import unicodedata
from itertools import product

from hypothesis import strategies as st

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
CONSONANTS = "bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX"
VOWELS_WITH_TONES = tuple(unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(VOWELS, TONES))
LETTERS = (*VOWELS_WITH_TONES, *CONSONANTS)


def words() -> st.SearchStrategy[str]:
    """Texts of Vietnamese letters, spaces, digits and the signs of a title, some composed and some not."""
    form = st.sampled_from(("NFC", "NFD"))
    text = st.text(st.sampled_from((*LETTERS, *" 0123456789.,:;!?()-\u2026\u201c\u201d\u2013")), max_size=60)
    return st.builds(unicodedata.normalize, form, text)
