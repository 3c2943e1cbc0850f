"""The roll of staff: cards by keyed digest, PINs by slow hash, and a file that is nobody else's to read."""

import json
from pathlib import Path

import pytest

from kiosk.session.staff_values import StaffId
from kiosk.staff.roll import Roll, RollError, new_roll, read, written
from kiosk.staff.roll_file import KnownRoll, load_roll, save_roll
from settings.errors import SecretFileError

CARD, PIN = "NV-0001", "274193"
LAN, MAI = StaffId("quay-1"), StaffId("quay-2")


@pytest.fixture(scope="module")
def two() -> Roll:
    return new_roll().with_member(LAN, CARD, PIN).with_member(MAI, "NV-0002", "830571")


def test_a_card_and_a_pin_say_who_it_is(two: Roll) -> None:
    cards = [two.whose_card(number) for number in (CARD, f" {CARD} ", "NV-0002", "NV-0003", "")]

    assert cards == [LAN, LAN, MAI, None, None]
    assert two.whose_pin(PIN, LAN) == LAN
    assert two.whose_pin(PIN, None) == LAN
    assert two.whose_pin(PIN, MAI) is None
    assert two.whose_pin("000000", None) is None


def test_neither_card_nor_pin_stands_in_the_file_nor_in_what_is_printed(two: Roll) -> None:
    text = written(two)

    assert CARD not in text
    assert PIN not in text
    assert CARD not in repr(two)
    assert read(text) == two


def test_two_rolls_know_one_card_by_different_digests() -> None:
    one, other = (new_roll().with_member(LAN, CARD, PIN) for _ in range(2))

    assert one.members[0].card != other.members[0].card
    assert one.members[0].pin != other.members[0].pin


@pytest.mark.parametrize(
    ("staff_id", "card", "pin"),
    [
        ("Nguyễn Thị Lan", "NV-3", "519302"),
        ("quay-1", "NV-3", "519302"),
        ("quay-3", CARD, "519302"),
        ("quay-3", "", "519302"),
        ("quay-3", "a\tb", "519302"),
        ("quay-3", "x" * 65, "519302"),
        ("quay-3", "NV-3", PIN),
        ("quay-3", "NV-3", "51930"),
        ("quay-3", "NV-3", "519302999"),
        ("quay-3", "NV-3", "51930a"),
        ("quay-3", "NV-3", "111111"),
        ("quay-3", "NV-3", "123456"),
        ("quay-3", "NV-3", "654321"),
    ],
)
def test_what_cannot_be_told_apart_or_would_be_guessed_is_not_entered(
    two: Roll, staff_id: str, card: str, pin: str
) -> None:
    with pytest.raises(RollError) as raised:
        two.with_member(staff_id, card, pin)

    assert pin not in raised.value.fault


def test_who_was_struck_off_is_known_no_more_and_nobody_else_can_be(two: Roll) -> None:
    left = two.without(LAN)
    with pytest.raises(RollError):
        left.without(LAN)

    assert left.whose_card(CARD) is None
    assert left.whose_card("NV-0002") == MAI


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 2, "key": "", "members": []}',
        json.dumps({"version": 1, "key": "0" * 64, "members": [{"id": "a"}]}),
        json.dumps({"version": 1, "key": "0" * 63, "members": []}),
    ],
)
def test_what_is_no_roll_is_said_to_be_none_and_not_quoted(text: str) -> None:
    with pytest.raises(RollError) as raised:
        read(text)

    assert raised.value.fault == "is no roll of staff"


def test_a_roll_is_written_for_its_owner_alone_and_read_again(tmp_path: Path, two: Roll) -> None:
    path = tmp_path / "staff"
    before = load_roll(path)
    save_roll(path, two.without(MAI))
    save_roll(path, two)

    assert before.members == ()
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_roll(path) == two
    assert [each.name for each in tmp_path.iterdir()] == ["staff"]


@pytest.mark.parametrize("data", [b"\xff", b" " * (1 << 21)])
def test_a_file_of_something_else_is_no_roll(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "staff"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(RollError):
        load_roll(path)


def test_a_roll_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, two: Roll) -> None:
    folder = tmp_path / "gone"
    with pytest.raises(OSError, match="gone"):
        save_roll(folder / "staff", two)

    assert not folder.exists()


def test_a_file_that_others_may_read_lets_nobody_in_until_its_mode_is_right(
    tmp_path: Path, two: Roll, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "staff"
    known = KnownRoll(path)
    save_roll(path, two)
    path.chmod(0o644)
    known.refresh()
    open_to_all = known.whose_card(CARD)
    with pytest.raises(SecretFileError):
        load_roll(path)
    path.chmod(0o600)
    known.refresh()

    assert open_to_all is None
    assert known.whose_card(CARD) == LAN
    assert len(caplog.records) == 1


def test_whoever_is_added_or_removed_is_so_without_a_restart(tmp_path: Path, two: Roll) -> None:
    path = tmp_path / "staff"
    known = KnownRoll(path)
    nobody = known.refresh().members
    save_roll(path, two)
    found = known.refresh()
    same = known.refresh()
    path.unlink()
    known.refresh()

    assert nobody == ()
    assert found is same
    assert known.whose_card(CARD) is None


def test_a_roll_that_could_not_be_read_once_is_read_again_though_the_file_is_the_same(
    tmp_path: Path, two: Roll
) -> None:
    path = tmp_path / "staff"
    save_roll(path, two)
    faults = [SecretFileError(path, "cannot be read (OSError)")]

    def load(where: Path) -> Roll:
        if faults:
            raise faults.pop()
        return load_roll(where)

    known = KnownRoll(path, load)
    nobody = known.refresh().members
    known.refresh()

    assert nobody == ()
    assert known.whose_card(CARD) == LAN


def test_a_kiosk_without_a_roll_knows_no_staff() -> None:
    known = KnownRoll(None)

    assert known.refresh().members == ()
    assert known.whose_card(CARD) is None
