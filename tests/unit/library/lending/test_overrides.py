"""What staff override: how it travels, and what nobody may override."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.overrides import OVERRIDABLE, Override, OverrideReason, read_override
from library.lending.refusals import Refusal


@given(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True),
    st.sampled_from(OverrideReason),
    st.lists(st.sampled_from(sorted(OVERRIDABLE)), min_size=1, unique=True),
)
def test_what_is_written_is_read(staff_id: str, reason: OverrideReason, refusals: list[Refusal]) -> None:
    override = Override(staff_id, reason, tuple(refusals))

    assert read_override(override.text) == override


@pytest.mark.parametrize("refusal", sorted(set(Refusal) - OVERRIDABLE))
def test_no_other_refusal_is_ever_overridden(refusal: Refusal) -> None:
    text = Override("quay-1", OverrideReason.AGREED, (Refusal.PATRON_OVERDUE, refusal)).text

    assert read_override(text) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "quay-1;agreed",
        "quay-1;agreed;",
        "quay-1;because;patron_overdue",
        "Nguyễn Thị Lan;agreed;patron_overdue",
        ";agreed;patron_overdue",
        "quay-1;agreed;patron_overdue;x",
        "quay-1;agreed;patron_overdue,",
    ],
)
def test_what_is_no_override_overrides_nothing(text: str | None) -> None:
    assert read_override(text) is None
