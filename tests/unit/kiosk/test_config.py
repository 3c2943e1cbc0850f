"""``kiosk.toml``: what is accepted, and what is said about what is not."""

from datetime import date
from pathlib import Path

import pytest

from drivers.rfid.tagdata.alarm import AlarmValues
from kiosk.config import KioskConfig, load
from kiosk.session.limits import Bins
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules, ReceiptWish
from kiosk.session.values import Bin, Device, Language, Service
from library.lending.patterns import NumberKind
from settings.errors import FaultyFileError

GOOD = """
schema_version = 1
kiosk_id = "k-4f7a"
site_name = "Thư viện xã"
state_folder = "state"

[library_system]
url = "sip2+tls://127.0.0.1:6443"
login = "kiosk"
password_file = "secrets/sip2"
server_ca = "ca.crt"
certificate = "k.crt"
certificate_key = "k.key"

[devices]
rfid = "threem:///dev/pad"
barcode = "serial:///dev/scanner"

[tags]
owners = ["VN-QN01"]

[numbers]
cards = ["QN[0-9]{7}"]
items = ["TV[.][0-9]{6}"]

[agent]
socket = "run/agent.sock"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(FaultyFileError) as caught:
        load(written(folder, text))
    return caught.value.problems


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))

    assert config.kiosk_id == "k-4f7a"
    assert config.language is Language.VIETNAMESE
    assert config.library_system.encrypted
    assert config.numbers.classify("QN0000001") is NumberKind.CARD
    assert config.devices.urls() == {Device.PAD: ("threem:///dev/pad",), Device.SCANNER: ("serial:///dev/scanner",)}


def test_relative_paths_are_meant_from_the_files_own_folder(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))

    assert config.state_folder == tmp_path.resolve() / "state"
    assert config.library_system.server_ca == tmp_path.resolve() / "ca.crt"
    assert config.agent.socket == tmp_path.resolve() / "run/agent.sock"


def test_an_unknown_key_is_named_with_the_nearest_valid_one(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace('login = "kiosk"', 'logn = "kiosk"'))

    assert found == ("library_system.logn: unknown key; the nearest valid key is 'login'",)


def test_an_unknown_key_at_the_top_is_named_too(tmp_path: Path) -> None:
    found = problems(tmp_path, "kiosk_idd = 1\n" + GOOD)

    assert found == ("kiosk_idd: unknown key; the nearest valid key is 'kiosk_id'",)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace("k-4f7a", "K 1").replace('owners = ["VN-QN01"]', "owners = []"))

    assert sorted(line.split(":")[0] for line in found) == ["kiosk_id", "tags.owners"]


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("sip2://127.0.0.1:6001", True),
        ("sip2://[::1]:6001", True),
        ("sip2://localhost:6001", True),
        ("sip2://192.0.2.7:6001", False),
        ("sip2://library.example:6001", False),
        ("http://127.0.0.1:6001", False),
        ("sip2+tls://127.0.0.1", False),
        ("sip2://127.0.0.1:99999", False),
    ],
)
def test_an_unencrypted_line_is_for_this_machine_only(tmp_path: Path, url: str, *, accepted: bool) -> None:
    text = GOOD.replace("sip2+tls://127.0.0.1:6443", url)

    if accepted:
        assert load(written(tmp_path, text)).library_system.url == url
    else:
        assert problems(tmp_path, text)


def test_an_unencrypted_line_to_another_machine_needs_its_reason(tmp_path: Path) -> None:
    text = GOOD.replace('url = "sip2+tls://127.0.0.1:6443"', 'url = "sip2://192.0.2.7:6001"\nplain_because = "VPN"')

    assert load(written(tmp_path, text)).library_system.plain_because == "VPN"


def test_tls_needs_the_authority_of_the_library_system(tmp_path: Path) -> None:
    assert "server_ca" in problems(tmp_path, GOOD.replace('server_ca = "ca.crt"\n', ""))[0]


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    assert "go together" in problems(tmp_path, GOOD.replace('certificate_key = "k.key"\n', ""))[0]


def test_the_two_alarm_values_must_differ(tmp_path: Path) -> None:
    text = GOOD.replace('owners = ["VN-QN01"]', 'owners = ["VN-QN01"]\nsecured_afi = 0xC2')

    assert "must differ" in problems(tmp_path, text)[0]


def test_a_warning_shorter_than_twenty_seconds_is_refused(tmp_path: Path) -> None:
    assert "session.warning_s" in problems(tmp_path, GOOD + "\n[session]\nwarning_s = 5\n")[0]


def test_a_bad_pattern_is_an_error_of_its_key(tmp_path: Path) -> None:
    assert "numbers.cards" in problems(tmp_path, GOOD.replace("QN[0-9]{7}", "QN["))[0]


def test_an_unknown_time_zone_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace("schema_version = 1", 'schema_version = 1\ntime_zone = "Asia/Saigonn"'))

    assert "Asia/Saigonn" in found[0]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"kiosk_id = ", b"[[[["])
def test_a_file_that_is_no_toml_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(content)

    with pytest.raises(FaultyFileError):
        load(path)


def test_an_absent_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FaultyFileError, match="cannot be read"):
        load(tmp_path / "absent.toml")


def test_the_printer_is_never_essential(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))

    limits = config.session.limits(config.language, [Device.PAD, Device.SCANNER, Device.PRINTER])

    assert limits.needs == (frozenset({Device.SCANNER}), frozenset({Device.PAD}))


TAGS = '[tags]\nowners = ["VN-QN01"]\n'
DEVICES = 'rfid = "threem:///dev/pad"\nbarcode = "serial:///dev/scanner"\n'


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        ('rfid = "threem:///dev/pad"', "nothing reads cards"),
        ('card = "pn532:///dev/card"', "nothing reads books"),
        ('barcode = ["serial:///dev/a", "serial:///dev/a"]', "the same URL"),
        ("", "nothing reads cards"),
    ],
)
def test_devices_that_cannot_serve_are_refused(tmp_path: Path, devices: str, words: str) -> None:
    (found,) = problems(tmp_path, GOOD.replace(DEVICES, devices + "\n"))

    assert words in found


@pytest.mark.parametrize(
    ("devices", "needs"),
    [
        ('barcode = ["serial:///dev/a", "camera://0"]', [{Device.SCANNER}]),
        (
            'rfid = "threem:///dev/pad"\ncard = "pn532:///dev/card"\nbarcode = "serial:///dev/a"',
            [{Device.SCANNER, Device.CARD_READER}, {Device.PAD}],
        ),
        ('rfid = "threem:///dev/pad"\ncard = "pn532:///dev/card"', [{Device.CARD_READER}, {Device.PAD}]),
        (
            'barcode = "serial:///dev/a"\ncard = "pn532:///dev/c"',
            [{Device.SCANNER, Device.CARD_READER}, {Device.SCANNER}],
        ),
    ],
)
def test_a_kiosk_needs_what_reads_cards_and_what_reads_books(
    tmp_path: Path, devices: str, needs: list[set[Device]]
) -> None:
    config = load(written(tmp_path, GOOD.replace(DEVICES, devices + "\n")))

    assert config.session.limits(config.language, config.devices.urls()).needs == tuple(map(frozenset, needs))


def test_a_kiosk_without_a_pad_needs_no_tags_and_one_with_a_pad_does(tmp_path: Path) -> None:
    without = load(written(tmp_path, GOOD.replace(DEVICES, 'barcode = "camera://0"\n').replace(TAGS, "")))
    found = problems(tmp_path, GOOD.replace(TAGS, ""))

    assert without.devices.models() == {Device.SCANNER: "camera"}
    assert found == ("tags: a kiosk with a pad needs the owner codes whose tags are ours",)


def test_an_owner_listed_twice_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace('["VN-QN01"]', '["VN-QN01", {isil = "VN-QN01"}]'))

    assert found == ("tags: an owner is listed twice",)


def test_members_of_the_network_and_former_names_are_owners_in_their_time(tmp_path: Path) -> None:
    text = GOOD.replace('["VN-QN01"]', '["VN-QN01", {isil = "VN-QN02", item_prefix = "B", until = 2027-01-31}]')
    tags = load(written(tmp_path, text)).tags
    member = tags.owner("VN-QN02", date(2027, 1, 31))

    assert member is not None
    assert member.item_prefix == "B"
    assert tags.owner("VN-QN02", date(2027, 2, 1)) is None
    assert tags.owner("VN-QN01", date(2027, 2, 1)) is not None


def test_the_libraries_of_a_day_come_in_their_order_and_tags_without_one_last(tmp_path: Path) -> None:
    owners = '["", {isil = "VN-QN02", name = "Trường Trần Phú", until = 2027-01-31}, "VN-QN01"]'
    tags = load(written(tmp_path, GOOD.replace('["VN-QN01"]', owners))).tags
    january, february = (tags.libraries(date(2027, month, 28)) for month in (1, 2))

    assert [(each.isil, each.name) for each in january] == [
        ("VN-QN02", "Trường Trần Phú"),
        ("VN-QN01", ""),
        ("", ""),
    ]
    assert [each.isil for each in february] == ["VN-QN01", ""]


@pytest.mark.parametrize(
    ("alarm", "values"),
    [
        ("afi", AlarmValues(0xC2, None)),
        ("eas", AlarmValues(None, eas=False)),
        ("afi+eas", AlarmValues(0xC2, eas=False)),
    ],
)
def test_the_alarm_is_the_afi_the_eas_bit_or_both(tmp_path: Path, alarm: str, values: AlarmValues) -> None:
    config = load(written(tmp_path, GOOD.replace("[tags]\n", f'[tags]\nalarm = "{alarm}"\n')))

    assert config.tags.scheme.values(secured=False) == values


def test_a_rule_for_card_numbers_that_cannot_be_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD + '\n[cards]\npattern = "[0-9]+"\n')

    assert found == ("cards: pattern: needs one group, in round brackets: the part that is the number",)


def test_the_schema_of_the_file_can_be_published() -> None:
    schema = KioskConfig.model_json_schema()

    assert "library_system" in schema["properties"]


def test_what_is_offered_and_the_bins_reach_the_session(tmp_path: Path) -> None:
    text = """
[services]
offered = ["return", "borrow"]
pin_for = ["borrow"]
confirm_count = true
type_card = true
type_card_letters = "TV-"
[returns]
shelf = 1
hold = 2
bin_names = ["xanh"]
media = {dvd = 3}
offline = false
"""
    limits = load(written(tmp_path, GOOD + text)).limits()

    assert limits.services == (Service.RETURN, Service.BORROW)
    assert (limits.pin_for, limits.confirm_count, limits.returns_offline) == (frozenset({Service.BORROW}), True, False)
    assert (limits.types_card, limits.card_letters) == (True, "TV-")
    assert limits.bins == Bins(shelf=Bin(1, "xanh"), hold=Bin(2), media=(("dvd", Bin(3)),))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('[services]\noffered = ["borrow", "borrow"]', "a service is offered twice"),
        ("[services]\noffered = []", "at least 1 item"),
        ('[services]\npin_for = ["return"]', "items are brought back without a card"),
        ('[services]\ntype_card_letters = "TV-"', "needs type_card"),
        ('[services]\ntype_card = true\ntype_card_letters = "tv-"', "A to Z, hyphen"),
        ('[services]\ntype_card = true\ntype_card_letters = "TT"', "once at most"),
        ("[returns]\nshelf = 12", "less than or equal to 9"),
        ("[returns]\nself = 1", "shelf"),
        ('[offline]\npolicy_url = "https://server.example:99999"', "policy_url must look like"),
        ('[offline]\npolicy_url = "https://[x"', "policy_url must look like"),
        ('[offline]\nlends = true\npolicy_url = "https://server.example"', "policy_key_file"),
    ],
)
def test_services_and_bins_that_cannot_be_are_named(tmp_path: Path, wrong: str, said: str) -> None:
    assert any(said in problem for problem in problems(tmp_path, f"{GOOD}\n{wrong}\n"))


def test_receipts_are_given_by_rules(tmp_path: Path) -> None:
    text = (
        GOOD
        + """
[receipts]
loans = "always"
returns = "never"
kinds = ["print", "qr"]

[offline]
policy_url = "https://library.example:8443"
"""
    )
    rules = load(written(tmp_path, text)).limits().receipts

    assert rules == ReceiptRules(
        loan=ReceiptWish.ALWAYS,
        returned=ReceiptWish.NEVER,
        renewal=ReceiptWish.ASK,
        kinds=(ReceiptKind.PRINT, ReceiptKind.QR),
    )


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ('kinds = ["qr"]', "qr and email need offline.policy_url"),
        ('kinds = ["print", "email"]', "qr and email need offline.policy_url"),
        ("kinds = []", "receipts.kinds"),
        ('kinds = ["print", "print"]', "a kind stands there twice"),
        ('kinds = ["fax"]', "receipts.kinds"),
        ('loans = "sometimes"', "receipts.loans"),
    ],
)
def test_receipts_that_cannot_be_given_are_refused(tmp_path: Path, section: str, said: str) -> None:
    with pytest.raises(FaultyFileError) as refused:
        load(written(tmp_path, f"{GOOD}\n[receipts]\n{section}\n"))

    assert any(said in problem for problem in refused.value.problems)
