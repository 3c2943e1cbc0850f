"""Languages by whatever a source calls them, as codes of ISO 639-2/B."""

import re
from typing import Final

from library.text import fold

_TEXT_OF_TWO: Final = (
    "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul "
    "bh:bih bi:bis bm:bam bn:ben bo:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:cze cu:chu cv:chv "
    "cy:wel da:dan de:ger dv:div dz:dzo ee:ewe el:gre en:eng eo:epo es:spa et:est eu:baq fa:per ff:ful fi:fin "
    "fj:fij fo:fao fr:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv "
    "ht:hat hu:hun hy:arm hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:ice it:ita iu:iku iw:heb "
    "ja:jpn jv:jav ka:geo kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom "
    "kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mao mk:mac "
    "ml:mal mn:mon mr:mar ms:may mt:mlt my:bur na:nau nb:nob nd:nde ne:nep ng:ndo nl:dut nn:nno no:nor nr:nbl "
    "nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run "
    "ro:rum ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slo sl:slv sm:smo sn:sna so:som sq:alb "
    "sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton "
    "tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vn:vie vo:vol wa:wln wo:wol "
    "xh:xho yi:yid yo:yor za:zha zh:chi zu:zul"
)
_OF_TWO: Final = dict(pair.split(":") for pair in _TEXT_OF_TWO.split())
_TEXT_OF_SCHOLARS: Final = (
    "bod:tib ces:cze cym:wel deu:ger ell:gre eus:baq fas:per fra:fre hye:arm isl:ice kat:geo mkd:mac mri:mao "
    "msa:may mya:bur nld:dut ron:rum slk:slo sqi:alb zho:chi cmn:chi"
)
_OF_SCHOLARS: Final = dict(pair.split(":") for pair in _TEXT_OF_SCHOLARS.split())
"""ISO 639-2/T and what else stands for the code of libraries."""
_TEXT_OF_NAMES: Final = (
    "vietnamese:vie,viet:vie,tieng viet:vie,viet nam:vie,english:eng,anh:eng,tieng anh:eng,french:fre,phap:fre,"
    "tieng phap:fre,francais:fre,german:ger,duc:ger,tieng duc:ger,deutsch:ger,russian:rus,nga:rus,tieng nga:rus,"
    "chinese:chi,trung:chi,tieng trung:chi,tieng hoa:chi,hoa:chi,trung quoc:chi,japanese:jpn,nhat:jpn,"
    "tieng nhat:jpn,korean:kor,han:kor,tieng han:kor,spanish:spa,espanol:spa,tay ban nha:spa,"
    "tieng tay ban nha:spa,italian:ita,italiano:ita,tieng y:ita,portuguese:por,latin:lat,tieng latinh:lat,"
    "lao:lao,tieng lao:lao,khmer:khm,tieng khmer:khm,thai:tha,tieng thai:tha,arabic:ara,hindi:hin,nepali:nep,"
    "dutch:dut,polish:pol,czech:cze,hungarian:hun,swedish:swe,danish:dan,norwegian:nor,finnish:fin,greek:gre,"
    "hebrew:heb,turkish:tur,indonesian:ind,malay:may"
)
_BY_NAME: Final = dict(pair.split(":") for pair in _TEXT_OF_NAMES.split(","))
"""Names in English, Vietnamese and the language itself, folded."""
_UNKNOWN: Final = frozenset({"und", "zxx", "mis", "xxx", "unk", "nan", "nul"})
_APART: Final = re.compile(r"[;,/|\n]+")
_CODE: Final = re.compile(r"[a-z]{3}(?:[a-z]{3})*")
_LENGTH: Final = 3
_WITH_COUNTRY: Final = re.compile(r"([a-z]{2,3})[-_][a-z0-9]{2,8}(?:[-_][a-z0-9]{2,8})*")


def languages(text: str) -> tuple[str, ...]:
    """Return the codes of the languages that `text` names: ``en-US`` gives ``eng``, ``de; en`` gives two.

    Several codes of three letters may stand together (``engfre``, as MARC once had them); what is unknown is left out.
    """
    codes = [code for part in _APART.split(text) for code in _codes(fold(part).strip(" .()[]"))]
    return tuple(dict.fromkeys(codes))


def _codes(word: str) -> list[str]:
    country = _WITH_COUNTRY.fullmatch(word)
    word = country[1] if country else word
    if word in _BY_NAME:
        return [_BY_NAME[word]]
    if word in _OF_TWO:
        return [_OF_TWO[word]]
    if not _CODE.fullmatch(word) or len(word) > _LENGTH * 12:
        return []
    parts = [word[at : at + _LENGTH] for at in range(0, len(word), _LENGTH)]
    if len(parts) > 1 and not all(part in _KNOWN for part in parts):
        return []
    return [_OF_SCHOLARS.get(part, part) for part in parts if part not in _UNKNOWN]


_KNOWN: Final = frozenset(_OF_TWO.values()) | frozenset(_OF_SCHOLARS) | _UNKNOWN | {"mul", "grc", "fro", "enm", "ang"}
"""Codes that are believed when they stand together; alone any three letters are."""
