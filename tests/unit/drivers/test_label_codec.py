"""Labels of a serial scanner: cut, empty, too long, with marks, with an end that was lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.label_codec import Label, LabelCodec, LabelSettings, Suffix

letters = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t]"), max_size=40)
ended = [suffix for suffix in Suffix if suffix is not Suffix.NONE]
settings = st.builds(
    LabelSettings, suffix=st.sampled_from(ended), prefix=st.sampled_from([b"", b"\x02", b"BK"]), aim=st.booleans()
)


def labels(codec: LabelCodec, *pieces: bytes) -> list[Label]:
    return [label for piece in pieces for label in codec.receive_data(piece, 1.0)]


@given(settings, st.lists(st.builds(Label, letters), max_size=5), st.data())
def test_labels_come_out_whole_however_the_bytes_are_cut(
    setting: LabelSettings, sent: list[Label], data: st.DataObject
) -> None:
    codec = LabelCodec(setting)
    raw = b"".join(map(codec.send, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    assert labels(codec, *pieces) == sent


@pytest.mark.parametrize(
    ("suffix", "raw", "expected"),
    [
        (Suffix.CR, b"1\r2\n\r", ["1", "2\n"]),
        (Suffix.LF, b"1\n2\r\n", ["1", "2\r"]),
        (Suffix.CRLF, b"1\r\n2\r3\n\r\n", ["1", "2\r3\n"]),
        (Suffix.TAB, b"1\t2\r\n\t", ["1", "2\r\n"]),
        (Suffix.ANY, b"1\r2\n3\r\n4\n\r", ["1", "2", "3", "4", ""]),
    ],
)
def test_a_label_ends_where_the_scanner_is_set_to_end_it(suffix: Suffix, raw: bytes, expected: list[str]) -> None:
    codec = LabelCodec(LabelSettings(suffix=suffix))

    assert [label.text for label in labels(codec, raw)] == expected


def test_control_characters_inside_a_label_are_delivered() -> None:
    codec = LabelCodec(LabelSettings(suffix=Suffix.CR))

    assert labels(codec, b"20\x1b@\x00|5\t0\r") == [Label("20\x1b@\x00|5\t0")]


def test_an_empty_label_is_a_label() -> None:
    assert labels(LabelCodec(LabelSettings()), b"\r") == [Label("")]


@pytest.mark.parametrize(
    ("raw", "label"),
    [(b"]C02050\r", Label("2050", "]C0")), (b"2050\r", Label("2050")), (b"]!02050\r", Label("]!02050"))],
)
def test_the_symbology_mark_is_taken_off_and_told(raw: bytes, label: Label) -> None:
    assert labels(LabelCodec(LabelSettings(aim=True)), raw) == [label]


def test_a_symbology_mark_is_part_of_the_label_where_the_scanner_is_not_set_to_send_it() -> None:
    assert labels(LabelCodec(LabelSettings()), b"]C02050\r") == [Label("]C02050")]


def test_a_label_without_the_prefix_is_delivered_as_it_is() -> None:
    codec = LabelCodec(LabelSettings(prefix=b"BK"))

    assert labels(codec, b"BK2050\r2050\r") == [Label("2050"), Label("2050")]


@given(st.integers(1, 2000))
def test_a_label_that_is_too_long_is_empty_and_the_next_is_whole(excess: int) -> None:
    codec = LabelCodec(LabelSettings(longest=10))
    too_long = b"x" * (10 + excess)

    assert labels(codec, too_long + b"\r2050\r") == [Label(""), Label("2050")]
    assert 10 + excess <= codec.damaged + 1 <= 11 + excess


def test_a_label_whose_end_was_lost_does_not_spoil_the_next() -> None:
    codec = LabelCodec(LabelSettings(gap=0.5))

    assert list(codec.receive_data(b"2050", 1.0)) == []
    assert list(codec.receive_data(b"", 1.6)) == []
    assert list(codec.receive_data(b"2051\r", 1.6)) == [Label("2051")]
    assert codec.damaged == 4


def test_a_label_that_a_busy_computer_fetches_late_is_not_cut() -> None:
    codec = LabelCodec(LabelSettings(gap=0.5))

    assert list(codec.receive_data(b"20", 1.0)) == []
    assert list(codec.receive_data(b"50\r", 9.0)) == [Label("2050")]


def test_a_label_that_comes_in_pieces_is_put_together() -> None:
    codec = LabelCodec(LabelSettings(gap=0.5))

    assert list(codec.receive_data(b"20", 1.0)) == []
    assert list(codec.receive_data(b"50\r", 1.4)) == [Label("2050")]


@given(st.lists(st.builds(Label, letters.filter(bool)), max_size=5), st.floats(0.101, 9))
def test_without_a_suffix_a_label_ends_when_nothing_more_comes(sent: list[Label], pause: float) -> None:
    codec = LabelCodec(LabelSettings(suffix=Suffix.NONE, gap=0.1))
    now, found = 0.0, list[Label]()
    for label in sent:
        for byte in codec.send(label):
            found += codec.receive_data(bytes((byte,)), now)
            now += 0.01
        now += pause
        found += codec.receive_data(b"", now)
    found += codec.receive_data(b"", now)

    assert found == sent
    assert not codec.waiting


def test_a_label_of_which_bytes_are_known_to_be_lost_is_delivered_empty() -> None:
    codec = LabelCodec(LabelSettings(gap=0.5))
    codec.spoil(1.0)

    assert codec.waiting
    assert list(codec.receive_data(b"50\r2051\r", 1.1)) == [Label(""), Label("2051")]


def test_a_label_whose_beginning_and_end_are_lost_is_forgotten() -> None:
    codec = LabelCodec(LabelSettings(gap=0.5))
    codec.spoil(1.0)
    silent = list(codec.receive_data(b"", 1.6))

    assert silent == []
    assert list(codec.receive_data(b"2051\r", 1.6)) == [Label("2051")]


def test_silence_matters_only_while_a_label_is_under_way() -> None:
    codec = LabelCodec(LabelSettings(gap=0.5))
    idle = codec.silence_matters
    list(codec.receive_data(b"2050", 1.0))

    assert 0.5 < codec.silence_matters < 0.6 < idle


def test_bytes_that_are_no_letters_are_shown_as_such() -> None:
    assert labels(LabelCodec(LabelSettings()), b"20\xff50\r") == [Label("20\N{REPLACEMENT CHARACTER}50")]


@given(settings, st.lists(st.binary(max_size=3000), max_size=5))
def test_any_bytes_at_all_are_taken_without_an_error_and_no_label_is_longer_than_the_cap(
    setting: LabelSettings, pieces: list[bytes]
) -> None:
    assert all(len(label.text) <= setting.longest for label in labels(LabelCodec(setting), *pieces))


def test_a_label_does_not_show_its_text() -> None:
    assert "2050" not in repr(Label("2050"))
