"""What is believed of what decoders say: votes on one picture, equal reads on a stream."""

from drivers.barcode.ballot import Ballot
from drivers.barcode.confirmation import AWAY_FOR, TWICE_WITHIN, Confirmation
from drivers.barcode.symbology import Symbology

ONE = (Symbology.CODE128, "2050000001")
OTHER = (Symbology.CODE128, "2050000002")


def _ballot(*votes: tuple[str, Symbology, str]) -> Ballot:
    ballot = Ballot()
    for view, symbology, text in votes:
        ballot.cast(view, symbology, text, "]X0")
    return ballot


def _text(ballot: Ballot) -> str | None:
    elected = ballot.elected()
    return None if elected is None else elected.text


def test_nothing_is_elected_without_votes() -> None:
    assert _text(_ballot()) is None


def test_a_code_128_needs_two_views_and_a_code_39_three() -> None:
    assert _text(_ballot(("a", Symbology.CODE128, "X1"))) is None
    assert _text(_ballot(("a", Symbology.CODE128, "X1"), ("b", Symbology.CODE128, "X1"))) == "X1"
    assert _text(_ballot(("a", Symbology.CODE39, "X1"), ("b", Symbology.CODE39, "X1"))) is None
    assert _text(_ballot(*((view, Symbology.CODE39, "X1") for view in "abc"))) == "X1"


def test_a_qr_code_is_believed_at_once() -> None:
    assert _text(_ballot(("a", Symbology.QRCODE, "X1"))) == "X1"


def test_the_same_view_counts_once() -> None:
    assert _text(_ballot(("a", Symbology.CODE128, "X1"), ("a", Symbology.CODE128, "X1"))) is None


def test_a_contradicted_text_needs_twice_the_votes() -> None:
    votes = [(view, Symbology.CODE128, "X1") for view in "abc"] + [(view, Symbology.CODE128, "X2") for view in "de"]

    assert _text(_ballot(*votes)) is None
    assert _text(_ballot(*votes, ("f", Symbology.CODE128, "X1"))) == "X1"


def test_a_part_of_a_longer_text_is_never_believed() -> None:
    votes = [(view, Symbology.ITF, "001234") for view in "abcdef"]

    assert _text(_ballot(*votes, ("g", Symbology.ITF, "00123456"))) is None


def test_a_text_that_is_only_mentioned_is_not_believed_and_keeps_its_parts_from_being_so() -> None:
    ballot = _ballot(*((view, Symbology.ITF, "001234") for view in "abc"))
    ballot.mention(Symbology.ITF, "00123456")
    alone = Ballot()
    alone.mention(Symbology.ITF, "00123456")

    assert _text(ballot) is None
    assert _text(alone) is None


def test_no_text_is_in_a_printed_ballot() -> None:
    ballot = _ballot(("a", Symbology.QRCODE, "2050000001"))

    assert "205" not in repr(ballot) + repr(ballot.elected())


def test_a_label_is_told_at_the_second_equal_read() -> None:
    stream = Confirmation()

    assert stream.seen([ONE], 0.0) == []
    assert stream.seen([ONE], 0.1) == [ONE]
    assert stream.seen([ONE], 0.2) == []


def test_two_reads_too_far_apart_are_two_first_reads() -> None:
    stream = Confirmation()
    stream.seen([ONE], 0.0)

    assert stream.seen([ONE], TWICE_WITHIN + 0.01) == []


def test_two_different_reads_confirm_nothing() -> None:
    stream = Confirmation()

    assert stream.seen([ONE], 0.0) == stream.seen([OTHER], 0.1) == []


def test_a_label_that_stays_is_told_once_however_long() -> None:
    stream = Confirmation()
    stream.seen([ONE], 0.0)
    told = [key for tick in range(1, 200) for key in stream.seen([ONE], tick * 0.1)]

    assert told == [ONE]


def test_a_label_that_was_away_is_told_again() -> None:
    stream = Confirmation()
    stream.seen([ONE], 0.0)
    stream.seen([ONE], 0.1)
    stream.seen([], 0.1 + AWAY_FOR)
    stream.seen([ONE], 5.0)

    assert stream.seen([ONE], 5.1) == [ONE]


def test_a_scene_that_does_not_change_keeps_its_label_in_view() -> None:
    stream = Confirmation()
    stream.seen([ONE], 0.0)
    stream.seen([ONE], 0.1)
    for tick in range(1, 50):
        stream.unchanged(0.1 + tick)
    stream.unchanged(50.0)

    assert stream.seen([ONE], 51.0) == []


def test_two_labels_in_one_picture_are_both_told() -> None:
    stream = Confirmation()
    stream.seen([ONE, OTHER], 0.0)

    assert stream.seen([OTHER, ONE], 0.1) == [OTHER, ONE]


def test_a_label_that_was_gone_before_the_scene_came_to_rest_is_told_again() -> None:
    stream = Confirmation()
    stream.seen([ONE], 0.0)
    stream.seen([ONE], 0.1)
    stream.seen([], 1.1)
    for tick in range(20):
        stream.unchanged(1.2 + tick * 0.1)
    stream.seen([ONE], 4.0)

    assert stream.seen([ONE], 4.1) == [ONE]
