"""Names out of a field of authors."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.record import LONGEST_TEXT
from library.catalogue.tidying.names import is_nobody, names, one_name
from library.catalogue.tidying.persons import same_person


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hesse, Hermann", ["Hesse, Hermann author"]),
        ("La Grasserie, Raoul de.", ["La Grasserie, Raoul de author"]),
        ("Jack Trout, Steve Rivkin", ["Jack Trout author", "Steve Rivkin author"]),
        ("Nguyễn Bá Đô, Nguyễn Hồng Minh", ["Nguyễn Bá Đô author", "Nguyễn Hồng Minh author"]),
        ("Osho, Nguyễn Nhật Ánh", ["Osho author", "Nguyễn Nhật Ánh author"]),
        (
            "Dumas, Alexandre, 1802-1870; Maquet, Auguste, 1813-1888",
            ["Dumas, Alexandre author", "Maquet, Auguste author"],
        ),
        ("Hogarth, C. J., 1869-1942 [Translator]", ["Hogarth, C. J. translator"]),
        ("Virgil, 71 BCE-20 BCE", ["Virgil author"]),
        ("Demetrice A. Worley, Jesse Perry, Jr.", ["Demetrice A. Worley author", "Jesse Perry, Jr. author"]),
        ("Smith, J., Brown, K.", ["Smith, J. author", "Brown, K. author"]),
        ("Karl Marx et Friedrich Engel", ["Karl Marx author", "Friedrich Engel author"]),
        ("Nguyễn Văn A và Trần B", ["Nguyễn Văn A author", "Trần B author"]),
        ("Bộ Giáo dục và Đào tạo", ["Bộ Giáo dục và Đào tạo author"]),
        ("Viện Văn học, Trường Đại học Vinh", ["Viện Văn học, Trường Đại học Vinh author"]),
        ("Bob Woodward ; Nguyễn Văn Đóa (dịch)", ["Bob Woodward author", "Nguyễn Văn Đóa translator"]),
        ("A Ba, B Cu (dịch)", ["A Ba translator", "B Cu translator"]),
        ("Vũ Bội Tuyền (ch.b.), Văn Thị Đức", ["Vũ Bội Tuyền editor", "Văn Thị Đức author"]),
        ("Người dịch : Trần Kiết Hùng,....", ["Trần Kiết Hùng translator"]),
        ("by John Smith ; edited by Ann Lee and Bob Ray", ["John Smith author", "Ann Lee editor", "Bob Ray editor"]),
        ("Jun Phạm (365 Band)", ["Jun Phạm (365 Band) author"]),
        ("PGS.TS. Đào Xuân Khương", ["Đào Xuân Khương author"]),
        ("Không rõ tác giả", []),
        ("[et al.]", []),
        (" ; , ;", []),
        ("1802-1870", []),
    ],
)
def test_a_field_of_authors_is_read_as_people(text: str, expected: list[str]) -> None:
    assert [f"{name.text} {name.role}" for name in names(text)] == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Perrin, Michel, 1918-", "Perrin, Michel"),
        ("Monk, Thelonious, 1917-1982.", "Monk, Thelonious"),
        ("Louis, duc de Bourgogne,", "Louis, duc de Bourgogne"),
    ],
)
def test_a_heading_is_one_name_without_the_dates_of_a_life(heading: str, expected: str) -> None:
    name = one_name(heading)

    assert name is not None
    assert name.text == expected


def test_a_name_of_a_whole_page_is_cut() -> None:
    (name,) = names("x" * 50_000)

    assert len(name.text) == LONGEST_TEXT


def test_nobody_is_no_name() -> None:
    assert one_name("[Khuyết danh]") is None
    assert is_nobody("Nhiều tác giả")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Williams, Martin T.", "Martin T. Williams", True),
        ("Martin Williams", "Williams, Martin T.", True),
        ("Nguyễn Nhật Ánh", "NGUYEN NHAT ANH", True),
        ("Osho", "Osho Rajneesh", False),
        ("Nguyễn Văn A", "Nguyễn Văn B", False),
    ],
)
def test_a_person_is_the_same_in_either_order(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a row of the table
    assert same_person(one, other) is same


@given(st.text(max_size=300))
def test_whatever_stands_there_names_are_composed_and_not_empty(text: str) -> None:
    found = names(text)

    assert all(name.text and unicodedata.is_normalized("NFC", name.text) for name in found)
    assert all(name.text == name.text.strip() for name in found)
