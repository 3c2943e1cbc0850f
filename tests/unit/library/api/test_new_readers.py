"""What a new reader tells on its way to the server: read with care, and shown by no printed form."""

from datetime import date

import pytest

from library.api.new_readers import NewReaderTold, PickUp, read_new_reader, read_pick_up
from library.identity.purposes import Purpose

TOLD = NewReaderTold(
    number="001090777123",
    name="Căn Cước Đánh Dấu",
    born=date(1990, 1, 1),
    address="Thôn Mười Bảy",
    purposes=frozenset({Purpose.LENDING, Purpose.MESSAGES}),
)
PICK_UP = PickUp(pick_up="A2B3C4")


def test_what_was_told_is_what_is_read() -> None:
    assert read_new_reader(TOLD.model_dump_json().encode()) == TOLD
    assert read_pick_up(PICK_UP.model_dump_json().encode()) == PICK_UP


def test_without_the_needed_consent_nothing_is_read() -> None:
    for purposes in (frozenset[Purpose](), frozenset({Purpose.STATISTICS, Purpose.MESSAGES})):
        told = TOLD.model_copy(update={"purposes": purposes})

        assert read_new_reader(told.model_dump_json().encode()) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        TOLD.model_dump_json().replace("001090777123", "12").encode(),
        TOLD.model_dump_json().replace("lending", "spying").encode(),
        TOLD.model_dump_json().replace("{", '{"sex":"nam",', 1).encode(),
    ],
)
def test_what_is_of_another_form_is_not_read(body: bytes) -> None:
    assert read_new_reader(body) is None


@pytest.mark.parametrize("body", [b"", b"{}", b'{"pick_up":"o0o0o0"}', b'{"pick_up":"A2B3C"}'])
def test_what_is_no_number_for_the_desk_is_not_read(body: bytes) -> None:
    assert read_pick_up(body) is None


def test_no_printed_form_shows_what_was_told() -> None:
    shown = repr(TOLD) + str(TOLD) + repr(PICK_UP)

    assert all(secret not in shown for secret in (TOLD.number, TOLD.name, TOLD.address, "1990", PICK_UP.pick_up))
