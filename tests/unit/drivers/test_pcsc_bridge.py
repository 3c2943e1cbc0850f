"""Calls to a service behind a socket: whole however they are cut, and an emulated service that is ordered about."""

from typing import Any

import pytest

from drivers import pcsc_codes as codes
from drivers.emulators.device import OrderError
from drivers.emulators.pcsc_device import PcscDevice
from drivers.emulators.pcsc_reader import ACR1552U
from drivers.emulators.service_wire import PLUGGED, PULLED, from_client
from drivers.pcsc_bridge import BridgedScard
from drivers.pcsc_bridge_codec import BridgeCodec, Call, Reply, Request
from tests.support.frame_codecs import received


def test_a_line_that_is_no_call_costs_itself_and_not_the_next() -> None:
    call = Request(number=1, call=Call.READERS)

    for line in (
        b"",
        b"{}",
        b"[1]",
        b'{"number":1,"call":"dance"}',
        b'{"number":1,"call":"state","data":"x"}',
        b"\xff",
    ):
        assert received(BridgeCodec(Request), line + b"\n" + BridgeCodec.send(call)) == [call]


def called(device: PcscDevice, client: int, **request: Any) -> list[tuple[int, Reply]]:
    """Call a service; give the answers and whom they are for."""
    line = BridgeCodec.send(Request.model_validate(request))
    return replies(device.received(b"%d %s" % (client, line)))


def replies(answers: Any) -> list[tuple[int, Reply]]:
    found = []
    for answer in answers:
        client, line = from_client(answer.data)
        codec = BridgeCodec(Reply)
        codec.receive_data(line)
        found += [(client, reply) for reply in codec.messages()]
    return found


def present(device: PcscDevice, uid: str = "04a2b3c4") -> list[tuple[int, Reply]]:
    return replies(device.do({"do": "present", "uid": uid})[1])


def test_each_host_that_waits_is_told_what_changes_and_one_that_has_hung_up_is_not() -> None:
    device = PcscDevice()
    ((_, empty),) = called(device, 1, number=1, call="state", reader=ACR1552U)
    waiting = [
        called(device, client, number=2, call="state", reader=ACR1552U, known=empty.state) for client in (1, 2, 3)
    ]
    list(device.received(b"2 "))
    told = present(device)

    assert waiting == [[], [], []]
    assert [client for client, _ in told] == [1, 3]
    assert {reply.state & codes.SCARD_STATE_PRESENT for _, reply in told} == {codes.SCARD_STATE_PRESENT}
    assert present(device) == []


def test_a_card_answers_the_host_that_spoke_to_it_and_no_other() -> None:
    device = PcscDevice()
    present(device)
    ((_, connected),) = called(device, 1, number=1, call="connect", reader=ACR1552U)
    ((_, own),) = called(device, 1, number=2, call="transmit", card=connected.card, data="ffca000000")
    ((_, others),) = called(device, 2, number=3, call="transmit", card=connected.card, data="ffca000000")
    list(device.received(b"1 "))

    assert (own.data, others.code) == ("04a2b3c49000", codes.SCARD_E_READER_UNAVAILABLE)
    assert device.do({"do": "state"})[0]["links"] == 0


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ({"do": "remove"}, codes.SCARD_E_NO_SMARTCARD),
        ({"do": "misbehave", "what": "card_mute"}, codes.SCARD_W_UNRESPONSIVE_CARD),
        ({"do": "unplug"}, codes.SCARD_E_UNKNOWN_READER),
        ({"do": "misbehave", "what": "stopped"}, codes.SCARD_E_SERVICE_STOPPED),
    ],
)
def test_a_card_that_cannot_be_spoken_to_says_why(before: dict[str, Any], code: int) -> None:
    device = PcscDevice()
    present(device)
    device.do(before)

    assert [reply.code for _, reply in called(device, 1, number=1, call="connect", reader=ACR1552U)] == [code]


def test_the_cable_takes_the_readers_and_brings_them_back_with_what_lies_on_them() -> None:
    device = PcscDevice()
    present(device)
    list(device.received(PULLED))
    ((_, without),) = called(device, 1, number=1, call="readers")
    list(device.received(PLUGGED))
    ((_, again),) = called(device, 1, number=2, call="readers")
    ((_, card),) = called(device, 1, number=3, call="connect", reader=ACR1552U)

    assert (without.code, without.readers) == (codes.SCARD_E_NO_READERS_AVAILABLE, ())
    assert (again.readers, card.code) == ((ACR1552U,), codes.SCARD_S_SUCCESS)


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "present"},
        {"do": "present", "uid": "00" * 11},
        {"do": "present", "uid": "04a2b3c4", "reader": "another"},
        {"do": "misbehave", "what": "dance"},
        {"do": "misbehave", "what": "status", "hex": "90"},
        {"do": "plug"},
        {"do": "unplug", "reader": "another"},
    ],
)
def test_orders_that_make_no_sense_are_refused(order: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        PcscDevice().do(order)


def test_a_service_that_was_never_reached_is_none() -> None:
    scard = BridgedScard("/nowhere/pcsc")

    assert scard.SCardEstablishContext(0)[0] == codes.SCARD_E_NO_SERVICE
    assert scard.SCardListReaders(None, [])[0] == codes.SCARD_E_NO_SERVICE
    assert (scard.SCardCancel(None), scard.SCardReleaseContext(None)) == (0, 0)
    with pytest.raises(AttributeError):
        scard.SCARD_NO_SUCH_NUMBER  # noqa: B018 - asking is the test
