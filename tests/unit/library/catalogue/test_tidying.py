"""What sources write, and what a catalogue makes of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.record import Audience, NameRole, RecordKind
from library.catalogue.tidying.accessions import MOST_COPIES, copies
from library.catalogue.tidying.imprints import Imprint, publisher, town, without_imprint
from library.catalogue.tidying.kinds import audience_of_code, audience_of_words, kind_of_words
from library.catalogue.tidying.languages import languages
from library.catalogue.tidying.lines import bare, line, lines, without_brackets, without_markup
from library.catalogue.tidying.names import names
from library.catalogue.tidying.numbers import as_printed, isbn, issn
from library.catalogue.tidying.relators import role_of_code, role_of_words
from library.catalogue.tidying.titles import parts_joined, tidy_title
from library.catalogue.tidying.years import year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0-19-503290-X", "9780195032901"),
        ("019503290x (bìa cứng) : 50000đ", "9780195032901"),
        ("978-0-306-40615-7", "9780306406157"),
        ("9780306406157.0", "9780306406157"),
        ("9.780306406157e+12", "9780306406157"),
        ("9786043504646", None),
        ("1234567890123", None),
        ("0195032901", None),
        ("Ru. 2 (Vol. 3)", None),
        ("", None),
    ],
)
def test_an_isbn_is_known_by_its_check_digit(text: str, expected: str | None) -> None:
    assert isbn(text) == expected


def test_zeros_that_a_table_lost_are_put_back_only_where_a_table_was() -> None:
    assert isbn("439023483", zeros_lost=True) == "9780439023481"
    assert isbn("439023483") is None


@given(st.integers(0, 999_999_999))
def test_every_short_isbn_becomes_the_long_one_of_the_same_digits(number: int) -> None:
    digits = f"{number:09d}"
    check = -sum(int(digit) * (10 - at) for at, digit in enumerate(digits)) % 11
    found = isbn(digits + ("X" if check == 10 else str(check)))

    assert found is not None
    assert found[3:12] == digits
    assert isbn(found) == found


@pytest.mark.parametrize(
    ("text", "expected"), [("03178471", "0317-8471"), ("ISSN 0317-8471", "0317-8471"), ("0317-8472", None)]
)
def test_an_issn_is_known_by_its_check_digit(text: str, expected: str | None) -> None:
    assert issn(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("978-604-350-464-6", "9786043504646"),
        ("nil", ""),
        ("Ru. 2", ""),
        ("8-935-", ""),
        ("CK 12345678 x", "12345678X"),
    ],
)
def test_a_number_that_cannot_be_one_is_kept_as_it_is_printed(text: str, expected: str) -> None:
    assert as_printed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[c1998]", 1998),
        ("2001-2003", 2001),
        ("Tháng 5 2010", 2010),
        ("1981, c1957", 1981),
        ("2023 [1966]", 1966),
        ("2175 [1987]", 1987),
        ("2008.0", 2008),
        ("[20?]", None),
        ("198-?", None),
        ("-750", None),
        ("२०२३", None),
        ("", None),
    ],
)
def test_a_year_is_read_out_of_what_is_said_of_it(text: str, expected: int | None) -> None:
    assert year(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("en-US", ("eng",)),
        ("vi", ("vie",)),
        ("Tiếng Việt", ("vie",)),
        ("fra", ("fre",)),
        ("engfre", ("eng", "fre")),
        ("de; en", ("ger", "eng")),
        ("und", ()),
        ("   ", ()),
        ("aeneas", ()),
        ("x" * 300, ()),
    ],
)
def test_languages_become_the_codes_of_libraries(text: str, expected: tuple[str, ...]) -> None:
    assert languages(text) == expected


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("h.d.", NameRole.SUPERVISOR),
        ("h.d.1", NameRole.SUPERVISOR),
        ("h.đ.", NameRole.EDITOR),
        ("Ch.b.", NameRole.EDITOR),
        ("b.s.", NameRole.COMPILER),
        ("b.d.", NameRole.TRANSLATOR),
        ("dịch và chú giải", NameRole.TRANSLATOR),
        ("Người dịch", NameRole.TRANSLATOR),
        ("giới thiệu", NameRole.OTHER),
        ("illustrator.", NameRole.ILLUSTRATOR),
        ("Henry Rider", None),
        ("Luise", None),
        ("", None),
        ("x" * 500, None),
    ],
)
def test_a_role_is_known_by_its_words(words: str, role: NameRole | None) -> None:
    assert role_of_words(words) is role


def test_a_role_is_known_by_its_code_and_by_its_address() -> None:
    assert role_of_code("trl") is NameRole.TRANSLATOR
    assert role_of_code("http://id.loc.gov/vocabulary/relators/ths/") is NameRole.SUPERVISOR
    assert role_of_code("zzz") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Luận văn thạc sĩ", RecordKind.THESIS),
        ("ebook", RecordKind.DIGITAL),
        ("Tạp chí", RecordKind.SERIAL),
        ("Sound recording", RecordKind.SOUND),
        ("bản đồ", RecordKind.MAP),
        ("sách", RecordKind.BOOK),
        ("marc", None),
    ],
)
def test_a_kind_is_known_by_its_words(text: str, kind: RecordKind | None) -> None:
    assert kind_of_words(text) is kind


def test_an_audience_is_known_by_words_and_by_code() -> None:
    assert audience_of_words("Dành cho thiếu nhi") is Audience.CHILDREN
    assert audience_of_words("Young adult fiction") is Audience.YOUTH
    assert audience_of_words("something") is None
    assert audience_of_code("j") is Audience.CHILDREN
    assert audience_of_code(" ") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Larousse,", "Larousse"),
        ("Paris :", "Paris"),
        ("Jazz.", "Jazz"),
        ("Jesse Perry, Jr.", "Jesse Perry, Jr."),
        ("Perrin, M.", "Perrin, M."),
        ("và những câu chuyện ...", "và những câu chuyện ..."),
        ("कृष्णप्रसाद.", "कृष्णप्रसाद"),
        (" / ", ""),
    ],
)
def test_what_isbd_puts_behind_a_part_goes(text: str, expected: str) -> None:
    assert bare(text) == expected


def test_brackets_of_a_cataloguer_go_and_those_of_the_text_stay() -> None:
    assert without_brackets("[Hà Nội]") == "Hà Nội"
    assert without_brackets("a [b] c [d] e") == "a [b] c [d] e"


def test_html_becomes_words_and_what_only_looks_like_it_stays() -> None:
    text = "<p>Ph&#7903; &amp; b&uacute;n</p><br/>1 < 2 &unknownthing; <script>alert(1)</script><b onclick='x'>đậm</b>"

    assert without_markup(text) == "Phở & bún\n1 < 2 &unknownthing; đậm"


def test_markup_that_hides_in_entities_is_words_and_no_markup() -> None:
    assert without_markup("&lt;script&gt;alert(1)&lt;/script&gt;") == "<script>alert(1)</script>"


def test_lines_stay_lines_and_what_is_not_seen_goes() -> None:
    assert lines(" a\u200b\r\n\n\u202eb\x0bc ") == "a\nb\nc"
    assert line("Tie\u0302\u0301ng\u2028Vie\u0323\u0302t \ud800") == "Tiếng Việt \ufffd"


@pytest.mark.parametrize(
    ("text", "rest", "imprint"),
    [
        ("Bá Đô . - H. : Giáo dục, 2001", "Bá Đô", Imprint("Hà Nội", "Giáo dục", 2001)),
        ("B. Khánh,.... - H. : [Knxb], 1985", "B. Khánh,", Imprint("Hà Nội", "", 1985)),
        ("A. - [S.L] : John Wiley & Sons, [20?]", "A", Imprint("", "John Wiley & Sons", None)),
        (
            "A. - New York : Holt, Rinehart and Winston, 1953",
            "A",
            Imprint("New York", "Holt, Rinehart and Winston", 1953),
        ),
        ("Một - hai : ba", "Một - hai : ba", None),
        ("Nguyễn Nhật Ánh", "Nguyễn Nhật Ánh", None),
    ],
)
def test_the_tail_of_a_card_is_cut_off_and_read(text: str, rest: str, imprint: Imprint | None) -> None:
    assert without_imprint(text) == (rest, imprint)


def test_towns_and_publishers_that_are_not_known_are_none() -> None:
    assert [town("[S.l.] :"), town("H. :"), publisher("[k.đ.],"), publisher("Đang cập nhật")] == ["", "Hà Nội", "", ""]


@pytest.mark.parametrize(
    ("text", "people", "title"),
    [
        ("Sách Nâng Cao Tần Số (Tái Bản 2020)", (), "Nâng Cao Tần Số"),
        ("Sách Trắng", (), "Sách Trắng"),
        ("Sách Giáo Khoa Toán 5", (), "Sách Giáo Khoa Toán 5"),
        ("Sách 48 Nguyên Tắc Chủ Chốt", (), "48 Nguyên Tắc Chủ Chốt"),
        ("Sách cô Trang Anh", (), "Sách cô Trang Anh"),
        ("Sách - Combo 2 Cuốn: Thuyết Âm Mưu", (), "Thuyết Âm Mưu"),
        ("Sách", (), "Sách"),
        ("(Tái bản)", (), "(Tái bản)"),
        ("Sách - Thế Mạnh - Arthur C. Brooks", ("Arthur C. Brooks",), "Thế Mạnh"),
        ("Sách Phán Quan - Tập 2", (), "Phán Quan - Tập 2"),
        ("Hirayasumi (Tập 3)", (), "Hirayasumi (Tập 3)"),
        ("Combo 2 Cuốn Nghiền Từ Vựng", (), "Nghiền Từ Vựng"),
        ("Combo 2Q: Tớ Học Lập Trình", (), "Tớ Học Lập Trình"),
        ("Lịch Sử Bằng Hình - Bìa Cứng", (), "Lịch Sử Bằng Hình"),
        ("Dế Mèn (Tặng kèm bookmark)", (), "Dế Mèn"),
        ("Kho tàng truyện cổ tích (Bộ 2 quyển)", (), "Kho tàng truyện cổ tích"),
        ("Dế mèn : truyện / Tô Hoài", ("Tô Hoài",), "Dế mèn: truyện"),
        ("Dế mèn : truyện / Tô Hoài", (), "Dế mèn: truyện"),
        ("A listening / Speaking skills book", ("Judith Tanka",), "A listening / Speaking skills book"),
        ("A study on discourse = Nghiên cứu diễn ngôn", ("X",), "A study on discourse"),
        ("E = mc2", (), "E = mc2"),
    ],
)
def test_a_title_is_what_one_reads(text: str, people: tuple[str, ...], title: str) -> None:
    assert tidy_title(text, people, of_shop=True).title == title


def test_what_stood_around_a_title_is_kept_elsewhere() -> None:
    tidy = tidy_title("Truyện Kiều (Bìa cứng) (Tái bản lần 3) (Trọn bộ 4 tập)")

    assert tidy.title == "Truyện Kiều"
    assert tidy.editions == ["Tái bản lần 3", "Bìa cứng"]
    assert tidy.extent == "Trọn bộ 4 tập"
    assert tidy.others == ["Truyện Kiều (Bìa cứng) (Tái bản lần 3) (Trọn bộ 4 tập)"]


def test_only_a_shop_puts_a_word_before_every_title() -> None:
    assert tidy_title("Sách Nâng Cao Tần Số").title == "Sách Nâng Cao Tần Số"


def test_the_parts_of_a_title_are_read_one_after_the_other() -> None:
    assert (
        parts_joined("Hồi ký :", ["tuyển /"], [("n", "Tập 2,"), ("p", "Mùa xuân.")]) == "Hồi ký: tuyển. Tập 2, Mùa xuân"
    )
    assert parts_joined("", [], [("p", "Mùa xuân")]) == "Mùa xuân"


@pytest.mark.parametrize(
    "piece", [" ", ".", ",", ". - ", " : ", "(tái bản", "A, ", "A/", "1-", "<b ", "&a", "... ", "(a) ", "[1"]
)
def test_no_text_is_read_over_and_over(piece: str) -> None:
    text = piece * (4_000 // len(piece)) + "!"
    tidy = tidy_title(text, ["A B"], of_shop=True)

    assert len(tidy.title) <= len(text)
    assert len(without_imprint(text)[0]) <= len(text)
    assert len(names(text)) <= len(text)
    assert len(copies(text).holdings) <= MOST_COPIES
    assert len(without_markup(text)) <= len(text)


@given(st.text(max_size=200))
def test_tidying_a_tidy_title_changes_nothing(text: str) -> None:
    once = tidy_title(text).title

    assert unicodedata.is_normalized("NFC", once)
    assert tidy_title(once, ["Somebody Else"]).title in (once, tidy_title(once).title)
    assert bare(bare(text)) == bare(text)
    assert line(line(text)) == line(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phòng Mượn: VNM 038637-038639", ["Phòng Mượn VNM.038637", "Phòng Mượn VNM.038638", "Phòng Mượn VNM.038639"]),
        (
            "Phòng Báo-Tạp chí (SL 2) LV/TT.000055-000056",
            ["Phòng Báo-Tạp chí LV/TT.000055", "Phòng Báo-Tạp chí LV/TT.000056"],
        ),
        ("Phòng Mượn: VNM 030938, 030940", ["Phòng Mượn VNM.030938", "Phòng Mượn VNM.030940"]),
        (
            "Phòng Mượn: NNM 000466-000467300/F 000241",
            ["Phòng Mượn NNM.000466", "Phòng Mượn NNM.000467", "Phòng Mượn 300/F.000241"],
        ),
        ("NNG 00192:0001->0002", [" NNG.00192:0001", " NNG.00192:0002"]),
        (
            "Phòng Đọc: VND 000001 ; Phòng Mượn: VNM 000002-03",
            ["Phòng Đọc VND.000001", "Phòng Mượn VNM.000002", "Phòng Mượn VNM.000003"],
        ),
        ("000009-000001", [" 000009", " 000001"]),
        ("* Ký hiệu kho: ", []),
        ("", []),
    ],
)
def test_copies_are_read_out_of_a_line_of_accessions(text: str, expected: list[str]) -> None:
    assert [f"{each.place} {each.item_id}" for each in copies(text).holdings] == expected


@pytest.mark.parametrize("text", ["VNM 000001-999999", "000009-000001", "Phòng Báo (SL 1) LV/TT.-9", "?!"])
def test_copies_that_cannot_be_are_told(text: str) -> None:
    told = copies(text)

    assert told.notes
    assert len(told.holdings) <= 2


def test_a_record_has_no_more_copies_than_a_library_could_buy() -> None:
    told = copies(", ".join(f"{number:06d}" for number in range(0, 1_200, 2)))

    assert len(told.holdings) == MOST_COPIES
    assert told.notes == [f"more than {MOST_COPIES} copies; the rest was left out"]
