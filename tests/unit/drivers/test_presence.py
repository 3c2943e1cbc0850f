"""What lies on a pad, from round after round of inventories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.base import Air, TagReading
from drivers.rfid.presence import Presence, PresenceLimits

LIMITS = PresenceLimits()
ROUND = 0.15


class Pad:
    """Rounds at a steady pace; reads whatever is asked for, unless told that a tag cannot be read."""

    def __init__(self) -> None:
        self.presence = Presence(LIMITS)
        self.now = 100.0
        self.unreadable: set[str] = set()

    def round(self, *uids: str) -> tuple[str, ...] | None:
        self.now += ROUND
        self.presence.saw(dict.fromkeys(uids, 0x3E), self.now)
        for uid in self.presence.to_read():
            if uid in self.unreadable:
                self.presence.not_read(uid)
            else:
                self.presence.memory_read(uid, uid.encode(), self.now)
                self.presence.afi_read(uid, 7, self.now)
        return self.names()

    def names(self) -> tuple[str, ...] | None:
        picture = self.presence.picture(self.now)
        return None if picture is None else tuple(tag.uid for tag in picture)

    def rounds(self, count: int, *uids: str) -> list[tuple[str, ...] | None]:
        return [self.round(*uids) for _ in range(count)]


def test_an_empty_pad_is_known_after_two_rounds() -> None:
    assert Pad().rounds(2) == [None, ()]


def test_a_tag_is_there_when_it_was_found_twice() -> None:
    assert Pad().rounds(2, "A") == [None, ("A",)]


def test_a_pile_comes_as_one_even_if_its_tags_are_found_one_after_the_other() -> None:
    pad = Pad()
    pad.rounds(2)

    assert [pad.round("A"), pad.round("A", "B"), pad.round("A", "B")] == [None, None, ("A", "B")]


def test_a_reading_says_what_the_tag_says() -> None:
    pad = Pad()
    pad.rounds(2, "A")

    assert pad.presence.picture(pad.now) == (TagReading("A", b"A", 7, 0x3E),)


def test_a_tag_is_gone_after_three_misses_and_six_hundred_milliseconds() -> None:
    pad = Pad()
    pad.rounds(2, "A")

    assert pad.rounds(4) == [("A",), ("A",), ("A",), ()]


def test_quick_rounds_alone_do_not_make_a_tag_gone() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    for _ in range(50):
        pad.now += 0.01
        pad.presence.saw({}, pad.now)

    assert pad.names() == ("A",)


def test_slow_rounds_alone_do_not_make_a_tag_gone() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    for _ in range(2):
        pad.now += 5.0
        pad.presence.saw({}, pad.now)

    assert pad.names() == ("A",)


def test_a_flickering_tag_changes_nothing() -> None:
    pad = Pad()
    pad.rounds(2, "A", "B")

    assert {pad.round("A"), pad.round("A"), pad.round("A", "B"), pad.round("A")} == {("A", "B")}


def test_a_tag_seen_once_and_never_again_holds_the_picture_back_only_for_a_while() -> None:
    pad = Pad()
    pad.rounds(2)
    pictures = [pad.round("GHOST"), *pad.rounds(4)]

    assert pictures == [None, None, None, None, ()]


def test_a_tag_that_is_hardly_ever_found_does_not_hold_the_others_back_for_ever() -> None:
    pad = Pad()
    pictures = [pad.round("A", *(["EDGE"] if number % 30 == 0 else [])) for number in range(12)]

    assert pictures[-1] == ("A",)


def test_a_pile_that_is_lifted_goes_as_one() -> None:
    pad = Pad()
    pad.rounds(2, "A", "B")
    pad.round("B")

    pictures = [picture for picture in pad.rounds(6) if picture is not None]

    assert set(pictures) == {("A", "B"), ()}


def test_a_tag_that_cannot_be_read_is_named_after_three_attempts() -> None:
    pad = Pad()
    pad.unreadable = {"A"}
    pictures = pad.rounds(4, "A", "B")

    assert pictures == [None, None, ("A", "B"), ("A", "B")]
    assert pad.presence.picture(pad.now) == (TagReading("A", None, None, 0x3E), TagReading("B", b"B", 7, 0x3E))


def test_a_tag_that_could_not_be_read_is_tried_on_one_a_round() -> None:
    pad = Pad()
    pad.unreadable = {"A", "B"}
    pad.rounds(4, "A", "B")
    pad.presence.saw({"A": 0, "B": 0}, pad.now + 1)

    assert len(pad.presence.to_read()) == 1

    pad.unreadable.clear()
    pad.rounds(2, "A", "B")

    assert pad.presence.picture(pad.now) == (TagReading("A", b"A", 7, 0x3E), TagReading("B", b"B", 7, 0x3E))


def test_a_tag_whose_alarm_alone_cannot_be_read_still_says_what_it_is() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    pad.presence.afi_doubtful("A")
    pad.unreadable = {"A"}
    pad.rounds(3, "A")

    assert pad.presence.picture(pad.now) == (TagReading("A", b"A", None, 0x3E),)


def test_a_missing_tag_is_not_read() -> None:
    presence = Presence()
    presence.saw({"A": None}, 1.0)
    presence.saw({}, 1.1)

    assert presence.to_read() == ()


def test_a_tag_that_showed_up_but_once_is_not_told_when_its_time_is_over() -> None:
    presence = Presence()
    presence.saw({}, 1.0)
    presence.saw({"A": None}, 2.0)
    presence.saw({}, 2.0 + LIMITS.hold)

    assert presence.picture(2.0 + LIMITS.hold) == ()


def test_a_written_afi_changes_the_picture() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    pad.presence.afi_read("A", 0xC2, pad.now)

    assert pad.presence.picture(pad.now) == (TagReading("A", b"A", 0xC2, 0x3E),)


def test_a_doubtful_afi_is_read_again_before_the_picture_is_given() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    pad.presence.afi_doubtful("A")

    assert pad.names() is None
    assert pad.presence.to_read() == ("A",)
    assert pad.presence.memory_of("A") == b"A"


def test_news_of_a_tag_that_is_not_there_is_ignored() -> None:
    presence = Presence()
    presence.memory_read("A", b"", 1.0)
    presence.afi_read("A", 7, 1.0)
    presence.afi_doubtful("A")
    presence.not_read("A")

    assert presence.memory_of("A") is None


@given(st.lists(st.frozensets(st.sampled_from("ABCDE")), max_size=40), st.frozensets(st.sampled_from("ABCDE")))
def test_whatever_was_seen_before_what_stays_there_is_told_in_the_end(
    history: list[frozenset[str]], staying: frozenset[str]
) -> None:
    pad = Pad()
    for found in history:
        pad.round(*found)

    assert pad.rounds(12, *staying)[-1] == tuple(sorted(staying))


def test_a_tag_without_an_afi_is_read_whole_when_it_said_so() -> None:
    presence = Presence(LIMITS, Air.UHF)
    for now in (0.0, 0.1):
        presence.saw({"A": None}, now)
        presence.memory_read("A", b"memory", now, b"user")
        presence.afi_read("A", None, now)

    assert presence.picture(0.1) == (TagReading("A", b"memory", None, None, air=Air.UHF, user_memory=b"user"),)
    assert presence.to_read() == ()


@pytest.mark.parametrize(("air", "afi"), [(Air.HF, 7), (Air.UHF, None)])
def test_memory_that_was_written_to_is_read_anew_and_on_uhf_the_afi_with_it(air: Air, afi: int | None) -> None:
    pad = Pad()
    pad.presence = Presence(LIMITS, air)
    pad.rounds(2, "A")
    pad.presence.memory_doubtful("A")

    assert pad.names() is None
    assert pad.presence.to_read() == ("A",)

    pad.presence.memory_read("A", b"new", pad.now)
    if air is Air.UHF:
        pad.presence.afi_read("A", afi, pad.now)
    reading = pad.presence.picture(pad.now)

    assert [(tag.memory, tag.afi) for tag in reading or ()] == [(b"new", afi)]


def test_a_tag_that_goes_by_another_name_is_the_same_tag() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    pad.presence.renamed("A", "B")
    pad.presence.renamed("B", "B")
    pad.presence.renamed("C", "D")

    assert pad.names() == ("B",)


def test_a_dsfid_that_was_written_is_in_the_picture() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    pad.presence.dsfid_read("A", 0x06, pad.now)

    assert [tag.dsfid for tag in pad.presence.picture(pad.now) or ()] == [0x06]


def test_what_is_said_of_a_tag_that_is_not_there_is_of_no_matter() -> None:
    presence = Presence(LIMITS)
    presence.memory_read("A", b"", 0.0)
    presence.memory_doubtful("A")
    presence.afi_read("A", 7, 0.0)
    presence.afi_doubtful("A")
    presence.dsfid_read("A", 7, 0.0)
    presence.not_read("A")

    assert presence.memory_of("A") is None


def test_a_dsfid_that_changes_is_in_the_picture_and_one_that_is_not_told_changes_nothing() -> None:
    pad = Pad()
    pad.rounds(2, "A")
    pad.presence.saw({"A": 0x06}, pad.now)
    changed = pad.presence.picture(pad.now)
    pad.presence.saw({"A": None}, pad.now)
    untold = pad.presence.picture(pad.now)

    assert [tag.dsfid for reading in (changed, untold) for tag in reading or ()] == [0x06, 0x06]
