"""What a tag's AFI and EAS bit say to the gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata.alarm import PRESETS, AlarmScheme, AlarmState, AlarmValues

SECURED, ON_LOAN, MIXED, UNKNOWN = AlarmState


@pytest.mark.parametrize(
    ("scheme", "afi", "eas", "state"),
    [
        ("iso", 0x07, None, SECURED),
        ("iso", 0xC2, None, ON_LOAN),
        ("iso", 0xC2, True, ON_LOAN),
        ("iso", 0x00, None, UNKNOWN),
        ("iso", None, True, UNKNOWN),
        ("3m_legacy", 0xDA, None, SECURED),
        ("3m_legacy", 0xD7, None, ON_LOAN),
        ("3m_legacy", 0x07, None, UNKNOWN),
        ("german_legacy", 0x07, None, SECURED),
        ("german_legacy", 0x21, None, ON_LOAN),
        ("german_legacy", 0xC2, None, UNKNOWN),
        ("eas", None, True, SECURED),
        ("eas", 0xC2, True, SECURED),
        ("eas", 0x07, False, ON_LOAN),
        ("eas", 0x07, None, UNKNOWN),
        ("iso_and_eas", 0x07, True, SECURED),
        ("iso_and_eas", 0xC2, False, ON_LOAN),
        ("iso_and_eas", 0xC2, True, MIXED),
        ("iso_and_eas", 0x07, False, MIXED),
        ("iso_and_eas", 0x07, None, UNKNOWN),
        ("iso_and_eas", 0x11, True, UNKNOWN),
        ("iso_and_eas", None, None, UNKNOWN),
    ],
)
def test_a_tag_says_what_its_sites_scheme_makes_of_it(
    *, scheme: str, afi: int | None, eas: bool | None, state: AlarmState
) -> None:
    assert PRESETS[scheme].state(afi, eas) is state


@given(name=st.sampled_from(sorted(PRESETS)), secured=st.booleans())
def test_what_is_to_be_written_says_what_was_meant(*, name: str, secured: bool) -> None:
    values = PRESETS[name].values(secured=secured)

    assert PRESETS[name].state(values.afi, values.eas) is (SECURED if secured else ON_LOAN)


def test_what_means_nothing_to_the_gate_is_not_written() -> None:
    assert PRESETS["iso"].values(secured=True) == AlarmValues(0x07, None)
    assert PRESETS["eas"].values(secured=False) == AlarmValues(None, eas=False)


@pytest.mark.parametrize("afi", [None, (7, 7), (-1, 7), (7, 256)])
def test_a_scheme_that_cannot_tell_the_states_apart_is_refused(afi: tuple[int, int] | None) -> None:
    with pytest.raises(ValueError, match="AFI"):
        AlarmScheme(afi)
