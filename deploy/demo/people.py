"""Places and patrons that do not exist, for the demo."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

OWNER: Final = "VN-DEMO1"
"""The ISIL-shaped code of the demo's network, on every tag; no agency gave it out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A library of the network, as the import file names it."""

    code: str
    name: str
    kind: str
    closed_weekdays: str
    """Numbers, Monday is 1."""
    prefix: str
    """What its accession numbers (số ĐKCB) begin with."""
    share: int
    """Of a hundred copies, how many stand here."""
    institution: str
    """Four digits inside the card numbers that it gave out."""


PLACES: Final = (
    Place("VN-DEMO1", "Thư viện xã Thí Điểm", "hub", "7", "TVX", 52, "9101"),
    Place("VN-DEMO1-MN", "Trường Mầm non Thí Điểm", "school", "6;7", "TMN", 8, "9102"),
    Place("VN-DEMO1-TH", "Trường Tiểu học Thí Điểm", "school", "6;7", "TTH", 15, "9103"),
    Place("VN-DEMO1-CS", "Trường THCS Thí Điểm", "school", "7", "TCS", 15, "9104"),
    Place("VN-DEMO1-P1", "Phòng đọc Nhà văn hóa thôn Mẫu Một", "reading_room", "1", "PDM", 5, "9105"),
    Place("VN-DEMO1-P2", "Phòng đọc Nhà văn hóa thôn Mẫu Hai", "reading_room", "1;2", "PDH", 5, "9106"),
)
HUB: Final = PLACES[0]

CATEGORIES: Final = {
    "child": ("VN-DEMO1-MN", "VN-DEMO1-TH"),
    "student": ("VN-DEMO1-CS",),
    "teacher": ("VN-DEMO1-MN", "VN-DEMO1-TH", "VN-DEMO1-CS"),
    "adult": ("VN-DEMO1", "VN-DEMO1-P1", "VN-DEMO1-P2"),
    "senior": ("VN-DEMO1", "VN-DEMO1-P1", "VN-DEMO1-P2"),
}
"""Each category of patrons with the places where they are at home."""

_FAMILY: Final = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
)
_MIDDLE: Final = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Hữu", "Đức", "Thùy", "Quốc", "Xuân", "Gia", "Bảo")
_GIVEN: Final = (
    *(
        "An",
        "Ánh",
        "Bình",
        "Châu",
        "Chi",
        "Dũng",
        "Duyên",
        "Đạt",
        "Giang",
        "Hà",
        "Hạnh",
        "Hiếu",
        "Hoa",
        "Hương",
        "Khánh",
    ),
    *(
        "Lan",
        "Linh",
        "Long",
        "Mai",
        "My",
        "Nam",
        "Nga",
        "Nhung",
        "Phúc",
        "Phượng",
        "Quân",
        "Quỳnh",
        "Sơn",
        "Thảo",
        "Thủy",
    ),
    *("Tiến", "Trang", "Trí", "Tuấn", "Tuyết", "Uyên", "Vân", "Việt", "Vy", "Yến", "Ý", "Ước", "Ẩn"),
)


@dataclass(frozen=True, slots=True)
class DemoPatron:
    """A patron, as the import file names one."""

    card: str
    name: str
    category: str
    place: str
    expires: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Role:
    """A card that is there to show something."""

    name: str
    category: str
    place: str
    shows: str
    days_left: int = 500
    blocked: bool = False
    pin: str = ""


PIN: Final = "2580"
"""Of every card here that has one."""
ROLES: Final = (
    Role("ordinary", "adult", "VN-DEMO1", "may borrow"),
    Role("second", "teacher", "VN-DEMO1-TH", "may borrow; the second patron of a busy day"),
    Role("child", "child", "VN-DEMO1-TH", "may borrow three books"),
    Role("senior", "senior", "VN-DEMO1-P1", "may borrow; comes from a reading room"),
    Role("at_limit", "child", "VN-DEMO1-TH", "has as many books as a child may have"),
    Role("blocked", "adult", "VN-DEMO1", "is blocked", blocked=True),
    Role("expired", "student", "VN-DEMO1-CS", "has a card that expired yesterday", days_left=-1),
    Role("reader", "adult", "VN-DEMO1-P2", "has the book that somebody else wants"),
    Role("holder", "adult", "VN-DEMO1", "has reserved a book that is ready now", pin=PIN),
    Role("owing", "teacher", "VN-DEMO1-TH", "owes the fee of a loan", pin=PIN),
    Role("with_pin", "senior", "VN-DEMO1", "may borrow; has a PIN", pin=PIN),
)


NEWCOMERS_NAME: Final = "Lê Thị Ngọc Ánh"


def citizen_card(serial: int, name: str) -> str:
    """Give what the QR code of a citizen card says, of a woman born on 21 November 1990 at a place that does not exist.

    No province has the number 999, so nobody has any of these numbers; ``serial`` has six digits at most.
    """
    return f"999190{serial:06}||{name}|21111990|Nữ|Thôn Mẫu Một, xã Thí Điểm|01072022"


def patrons(random: Random, today: date, number: int) -> Iterator[DemoPatron]:
    """Give `number` patrons: first one for each of `ROLES`, in their order, then people of every kind."""
    places = {place.code: place for place in PLACES}
    for serial in range(1, number + 1):
        if serial <= len(ROLES):
            role = ROLES[serial - 1]
        else:
            category = random.choice(tuple(CATEGORIES))
            role = Role(
                "", category, random.choice(CATEGORIES[category]), "", random.choice((-90, 200, 400, 700, 1000))
            )
        yield DemoPatron(
            card=card_number(places[role.place].institution, serial),
            name=name_of_nobody(random),
            category=role.category,
            place=role.place,
            expires=(today + timedelta(days=role.days_left)).isoformat(),
            blocked="yes" if role.blocked else "no",
        )


def name_of_nobody(random: Random) -> str:
    """Give a name as Vietnamese people bear it, put together by chance."""
    return f"{random.choice(_FAMILY)} {random.choice(_MIDDLE)} {random.choice(_GIVEN)}"


def card_number(institution: str, serial: int) -> str:
    """Give the number of a patron's card."""
    return library_number("2", institution, serial)


def library_number(kind: str, institution: str, serial: int) -> str:
    """Give a 14-digit library number: 2 for a card or 3 for an item, the institution, eight digits, a check digit.

    The check digit is the one of payment cards (modulo 10, every other digit doubled).
    """
    digits = f"{kind}{institution}{serial:08}"
    total = sum(sum(divmod(int(digit) * (2 - position % 2), 10)) for position, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
