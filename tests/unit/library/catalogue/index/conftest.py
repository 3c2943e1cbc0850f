"""One small catalogue, indexed once for the tests that only ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalogue.index import CatalogueIndex
from library.catalogue.record import RecordKind
from tests.support.catalogue_index import built, entry, shelved

RECORDS = (
    entry(1, "Đất rừng phương Nam", "Đoàn Giỏi", use=40, year=1957, languages=("vie",), subjects=("Tiểu thuyết",)),
    entry(2, "Số đỏ", "Vũ Trọng Phụng", use=30, holdings=(shelved("TV", "VNM.038637", "895.922 S450Đ"),)),
    entry(3, "Sổ đo đạc", "Trần Văn Đo", use=500),
    entry(4, "Tôi và chúng ta", "Lưu Quang Vũ", languages=("vie",)),
    entry(5, "Siddhartha", "Hesse, Hermann", use=9, languages=("ger",), isbns=("9780553208849",)),
    entry(6, "Harry Potter and the Goblet of Fire", "J. K. Rowling", use=200, isbns=("9780439139601",)),
    entry(7, "Harry Potter và Hòn đá Phù thủy", "J. K. Rowling", "Lý Lan", use=300, languages=("vie",)),
    entry(8, "The C++ programming language", "Stroustrup, Bjarne"),
    entry(9, "C : the programming language", "Kernighan", "Ritchie"),
    entry(10, "红楼梦", "曹雪芹", languages=("chi",)),
    entry(11, "Война и мир", "Толстой, Лев", languages=("rus",)),
    entry(12, "मुनामदन", "लक्ष्मीप्रसाद देवकोटा", languages=("nep",)),
    entry(13, "Tạp chí Toán học", issns=("0866-7608",), kind=RecordKind.SERIAL),
    entry(14, "Tâm lí học đại cương", "Nguyễn Quang Uẩn", summary="Giáo trình về đất và rừng ở phương nam"),
    entry(15, "L'amour de l'e-mail", "O'Brien, Flann", other_numbers=("978-0-00-000000-1",)),
    entry(16, "Encyclopaedia of mathematics", "Hazewinkel"),
    entry(17, "Đây thôn Vĩ Dạ", "Hàn Mặc Tử", subjects=("Thơ",), holdings=(shelved("TV"),)),
    entry(18, "Thơ Hàn Mặc Tử", "Hàn Mặc Tử", subjects=("Thơ",), holdings=(shelved("P1", available=False),)),
    entry(19, "الأيام", "طه حسين", languages=("ara",)),
    entry(20, "Ὀδύσσεια", "Ὅμηρος", languages=("grc",)),
    entry(21, "Hòa bình", "Nguyễn Thúy", use=2),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogueIndex]:
    folder: Path = tmp_path_factory.mktemp("index")
    with built(folder, RECORDS) as opened:
        yield opened
