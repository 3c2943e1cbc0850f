"""Whether some words are the name of one person, as far as words can tell."""

import re
from typing import Final

from library.text import fold

_PARTICLES_SAID: Final = (
    "de da do dos das di del della du des la le les van von der den ter ten zu zur af av of the y e bin ibn al el ben "
    "st d o"
)
_PARTICLES: Final = frozenset(_PARTICLES_SAID.split())
_FAMILIES_SAID: Final = (
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly doan trinh dinh mai truong lam cao luong "
    "luu ta ha quach to dao thai la phung tang chu ton vuong quan kieu ninh tong khuc nghiem thach ngac tu diep van "
    "kim au uong giap bach ma mac hua luc la on han nong trieu dong doi giang mau y"
)
_FAMILIES: Final = frozenset(_FAMILIES_SAID.split())
_BODIES: Final = re.compile(
    r"\b(?:bo|so|vien|truong|dai hoc|cong ty|hoi|uy ban|ban|trung tam|nha xuat ban|nxb|tong cuc|cuc|vu|lien hiep|khoa|"
    r"to chuc|cong hoa|dang cong san|institute?|university|universite|association|society|committee|department|"
    r"ministry|bureau|council|commission|company|corporation|inc|ltd|press|group|orchestra|ensemble|band|museum|"
    r"library|united|national|international|college|school|church|board|office)\b"
)
_SUFFIX: Final = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?\s?d|esq|m\.?\s?a)\.?", re.IGNORECASE)
_MOST_WORDS: Final = 6
_A_CROWD: Final = 60
_INITIALS: Final = re.compile(r"(?:[^\W\d_](?:\.|\b)[ -]?){1,3}")


def is_person(text: str) -> bool:
    """Tell whether `text` looks like a person's name in its natural order: a few capitalised words, no body."""
    words = text.split()
    if not 0 < len(words) <= _MOST_WORDS or len(text) > _A_CROWD or any(char.isdigit() for char in text):
        return False
    if not all(word[:1].isupper() or fold(word) in _PARTICLES for word in words):
        return False
    return words[0][:1].isupper() and (is_vietnamese(text) or not is_body(text))


def is_body(text: str) -> bool:
    """Tell whether words speak of an office, a school, a society: then ``và`` and commas are part of its name."""
    return _BODIES.search(fold(text)) is not None


def is_vietnamese(text: str) -> bool:
    """Tell whether a name of two to five words begins with a Vietnamese family name."""
    words = text.split()
    return 1 < len(words) < _MOST_WORDS and fold(words[0]) in _FAMILIES and all(word[0].isupper() for word in words)


def is_suffix(text: str) -> bool:
    """Tell whether `text` belongs to the name before it: ``Jr.``, ``III``, ``Ph.D``."""
    return _SUFFIX.fullmatch(text) is not None


def is_initials(text: str) -> bool:
    """Tell whether `text` is what stands for given names: ``J. K.``."""
    return _INITIALS.fullmatch(text) is not None


def same_person(one: str, other: str) -> bool:
    """Tell whether two names have the same words, in whatever order; one may have more of them."""
    first, second = _words(one), _words(other)
    smaller, larger = sorted((first, second), key=len)
    return first == second or (len(smaller) > 1 and smaller <= larger)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(name)))


def ends_in_particle(text: str) -> bool:
    """Tell whether given names end in what belongs before the family name: ``Raoul de``."""
    words = fold(text).strip(" .").split()
    return bool(words) and words[-1] in _PARTICLES
