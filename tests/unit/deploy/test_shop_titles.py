"""Titles out of a bookshop's offers."""

import pytest

from deploy.demo.data.shop_titles import title_of_offer


@pytest.mark.parametrize(
    ("offer", "author", "expected"),
    [
        ("Sách Dế Mèn Phiêu Lưu Ký (Tái Bản)", "Tô Hoài", "Dế Mèn Phiêu Lưu Ký"),
        ("Sách - Hồi Ký Nguyễn Thị Bình - Gia Đình, Bạn Bè", "X", "Hồi Ký Nguyễn Thị Bình - Gia Đình, Bạn Bè"),
        ("[Sách] Bố Già (Bìa Cứng) (Tái Bản 2020)", "Mario Puzo", "Bố Già"),
        ("Tuổi Thơ Dữ Dội - Tập 1 (Tái Bản)", "Phùng Quán", "Tuổi Thơ Dữ Dội. Tập 1"),
        ("Claymore - Tập 13 - Những Kẻ Phản Kháng", "Norihiro Yagi", "Claymore - Những Kẻ Phản Kháng. Tập 13"),
        ("giáo khoa Toán 9- Tập hai- Chân Trời", "Y", "giáo khoa Toán 9 - Chân Trời. Tập hai"),
        ("Sách giáo khoa Lịch Sử 11 (Chân Trời Sáng Tạo)", "Y", "Sách giáo khoa Lịch Sử 11 (Chân Trời Sáng Tạo)"),
        ("Sách Hiểu Về Trái Tim (Tái Bản 2019) - Minh Niệm", "Minh Niệm", "Hiểu Về Trái Tim"),
        ("Mỹ Thuật - Tái bản lần thứ 4", "Z", "Mỹ Thuật"),
        ("Sổ Tay Kinh Dịch - Vanlangbooks", "Gary G. Melyan", "Sổ Tay Kinh Dịch"),
        ("Sách \u200bLiễu Pha\u0300m Tứ Huấn", "", "Liễu Phàm Tứ Huấn"),
    ],
)
def test_a_title_is_freed_of_the_words_of_the_shop(offer: str, author: str, expected: str) -> None:
    assert title_of_offer(offer, author) == expected


@pytest.mark.parametrize(
    "offer",
    [
        "Combo 2 cuốn: Bình Minh Trên Phố Brooklyn + Kỷ Vật Vô Giá",
        "Tam Quốc Diễn Nghĩa (Bộ 3 Tập)",
        "Bộ sách Harry Potter - Khổ nhỏ",
        "Bé Yêu Tô Màu - Đội Chó Cứu Hộ",
        "TIỂU SỬ ELON MUSK",
        "Nhân Vật Quần Chúng (Truyện",
        "(Tặng kèm bookmark)",
        "\u201c\u201d",
        "",
    ],
)
def test_what_is_not_one_book_has_no_title(offer: str) -> None:
    assert title_of_offer(offer, "Somebody") is None


def test_the_author_alone_is_no_title() -> None:
    assert title_of_offer("Sách - Osho", "Osho") is None
