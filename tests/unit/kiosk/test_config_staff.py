"""Staff and opening hours in ``kiosk.toml``."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.config_staff import OpeningSection
from settings.errors import FaultyFileError
from settings.toml_file import read_toml


def section(folder: Path, text: str) -> OpeningSection:
    path = folder / "opening.toml"
    path.write_text(text, encoding="utf-8")
    return read_toml(path, OpeningSection)


def test_hours_and_closed_days_are_read_in_both_forms(tmp_path: Path) -> None:
    text = 'closed_days = [2027-01-01, "2027-02-05/2027-02-07", "2027-04-30"]\n[hours]\nfri = ["08:00-11:30"]\n'
    hours = section(tmp_path, text).opening_hours()

    assert hours.is_open(datetime(2026, 11, 27, 8, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 11, 26, 8, tzinfo=UTC))
    days = {date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 4, 30)}
    assert hours.closed_days == days


def test_without_a_word_the_kiosk_is_always_open(tmp_path: Path) -> None:
    assert section(tmp_path, "").opening_hours().is_open(datetime(2026, 11, 22, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[hours]\nmon = ["7:30-11:30"]', "7:30-11:30"),
        ('[hours]\nmon = ["11:30-07:30"]', "11:30-07:30"),
        ('[hours]\nmon = ["08:00-24:01"]', "08:00-24:01"),
        ('[hours]\nmon = ["08:60-11:00"]', "08:60-11:00"),
        ('[hours]\nmonday = ["08:00-11:00"]', "monday"),
        ('closed_days = ["Tết"]', "Tết"),
        ('closed_days = ["2027-02-07/2027-02-05"]', "2027-02-07/2027-02-05"),
        ('closed_days = ["2027-02-07/2037-02-05"]', "2027-02-07/2037-02-05"),
    ],
)
def test_hours_that_cannot_be_are_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(FaultyFileError) as raised:
        section(tmp_path, text)

    assert named in str(raised.value)
