"""What somebody did for a work, from MARC's codes and terms and from the abbreviations of Vietnamese catalogues."""

import re
from typing import Final

from library.catalogue.record import NameRole
from library.text import fold

_CODES: Final = {
    **dict.fromkeys(("aut", "cre", "dis", "aqt", "lbt", "lyr", "ive"), NameRole.AUTHOR),
    **dict.fromkeys(("edt", "edc", "pbd", "red"), NameRole.EDITOR),
    "com": NameRole.COMPILER,
    "trl": NameRole.TRANSLATOR,
    **dict.fromkeys(("ill", "art", "pht", "drm"), NameRole.ILLUSTRATOR),
    **dict.fromkeys(("ths", "dgs"), NameRole.SUPERVISOR),
    **dict.fromkeys(("cmp", "arr"), NameRole.COMPOSER),
    **dict.fromkeys(("prf", "act", "cnd", "itr", "mus", "nrt", "sng", "voc"), NameRole.PERFORMER),
}
_WORDS: Final = (
    (
        re.compile(r"(?:nguoi )?(?:h\.?\s?[dh](?:\.?\s?k\.?\s?h)?\.?\s?\d?|huong dan.*|supervis.*|advis.*)"),
        NameRole.SUPERVISOR,
    ),
    (
        re.compile(
            r"(?:nguoi |bien )?dich(?: gia| thuat| va .*)?|bien dich|b\.?\s?d\.?|d\.|dich\.|phien dich|chuyen ngu|"
            r"translat.*|trad(?:uct.*|uit.*|\.)|trans\.?"
        ),
        NameRole.TRANSLATOR,
    ),
    (
        re.compile(r"(?:tong |dong )?ch(?:u)?\.?\s?b(?:ien)?\.?(?: .*)?|hieu dinh|hieu chinh|edit.*|ed\.?|eds\.?"),
        NameRole.EDITOR,
    ),
    (
        re.compile(
            r"b\.?\s?s\.?|(?:nguoi )?bien soan(?: .*)?|s\.?\s?t\.?|suu tam(?: .*)?|tuyen(?: chon.*)?|t\.?\s?ch\.?|"
            r"compil.*|comp\.?"
        ),
        NameRole.COMPILER,
    ),
    (re.compile(r"minh ho?a.*|ve(?: .*)?|tranh.*|illustrat.*|ill\.?|artist|photo.*"), NameRole.ILLUSTRATOR),
    (re.compile(r"nhac(?: si| va loi)?|soan nhac|sang tac|compos.*|arrang.*"), NameRole.COMPOSER),
    (
        re.compile(r"trinh bay|bieu dien|ca si|doc|perform.*|sing.*|narrat.*|conduct.*|act(?:or|ress)|musician"),
        NameRole.PERFORMER,
    ),
    (re.compile(r"tac gia|(?:co-?|joint )?authors?.*|nguoi viet|writ.*|by|creator|viet|ke"), NameRole.AUTHOR),
    (
        re.compile(
            r"gioi thieu.*|de tua.*|loi (?:tua|gioi thieu|bat).*|chu (?:giai|thich).*|phan bien|contribut.*|comment.*|"
            r"annotat.*|foreword.*|introduc.*|preface.*|dedicat.*|unknown role|other|publisher|printer|engraver|owner"
        ),
        NameRole.OTHER,
    ),
)
_LONGEST: Final = 60


def role_of_code(code: str) -> NameRole | None:
    """Return the role of a MARC relator code (``trl``, or the address that ends in it), or ``None``."""
    return _CODES.get(code.strip().rstrip("/").rpartition("/")[2].lower()[:3])


def role_of_words(words: str) -> NameRole | None:
    """Return the role that words name (``h.d.``, ``ch.b.``, ``dịch và chú giải``, ``translator``), or ``None``.

    ``h.đ.``, who looked a text over, is written with another letter than ``h.d.`` and is an editor.
    """
    plain = words.strip(" .,:;()[]").casefold()
    if not plain or len(plain) > _LONGEST:
        return None
    if re.fullmatch(r"h\.?\s?đ\.?", plain):
        return NameRole.EDITOR
    folded = fold(plain)
    for pattern, role in _WORDS:
        if pattern.fullmatch(folded) or pattern.fullmatch(folded + "."):
            return role
    return None
