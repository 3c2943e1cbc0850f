"""The last visits in numbers, out of the black box."""

from pathlib import Path

from kiosk.blackbox.summaries import last_visits
from kiosk.blackbox.visits import ENDING, FOLDER
from kiosk.session.events import CardPresented
from kiosk.session.touches import StartTouched
from kiosk.session.values import Service, VisitId
from tests.support.session_play import MINH
from tests.support.visits import Recording, two_books

HOUR = "2026-11-22T09:00:00+07:00"


def put(folder: Path, number: int, lines: list[str]) -> None:
    visits = folder / FOLDER
    visits.mkdir(exist_ok=True)
    (visits / f"20261122T09000{number}.000000{ENDING}").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_last_visits_are_told_in_numbers_newest_first_and_hold_nobodys_number(tmp_path: Path) -> None:
    for number in range(4):
        lines = two_books()
        put(tmp_path, number, [line.replace("T09:00", f"T0{number}:00") for line in lines])
    visits = last_visits(tmp_path, 3)

    assert [each.began.hour for each in visits] == [3, 2, 1]
    assert [(each.service, each.done, each.refused, each.to_look_at) for each in visits] == [
        (Service.BORROW, 2, 0, 0)
    ] * 3
    assert MINH.patron_id.text not in repr(visits)


def test_what_is_no_visit_or_was_cut_short_is_left_out(tmp_path: Path) -> None:
    good = two_books()
    put(tmp_path, 1, good)
    put(tmp_path, 2, ["", "no json", "[1]"])
    put(tmp_path, 3, good[:3])
    put(tmp_path, 4, [good[0].replace(HOUR, "yesterday"), *good[1:]])
    put(tmp_path, 5, [good[0].replace("+07:00", ""), *good[1:]])
    put(tmp_path, 6, [good[0], '{"outcome": {"service": "theft"}}'])
    (tmp_path / FOLDER / f"20261122T090009.000000{ENDING}").mkdir()
    visits = last_visits(tmp_path, 10)

    assert len(visits) == 1
    assert last_visits(tmp_path / "nowhere", 10) == ()


def test_a_card_in_the_midst_of_a_return_is_two_visits(tmp_path: Path) -> None:
    recording = Recording()
    recording.play.tell()
    recording.tell(StartTouched(Service.RETURN, VisitId("v1")), CardPresented(VisitId("v2"), MINH.patron_id))
    put(tmp_path, 1, [*two_books(), *two_books()[1:]])

    assert len(last_visits(tmp_path, 10)) == 2
