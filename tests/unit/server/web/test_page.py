"""What a librarian reads on the page of the kiosks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.fleet_pages import NOON, FakeCopy, FakeDevice, FakeFleetReading, FakeKiosk, FakeLink
from tests.unit.server.web.client import Pages

HOSTILE = "<script>alert(1)</script>\"'&amp;<!--{{7*7}}{% x %} %(time)s %s\u202e\ud7ff"


async def test_a_working_kiosk_is_shown_with_its_counts_and_since_when_it_works() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk("k-front", "Máy sảnh", "Thư viện xã", visits_today=14, loans_today=37))

    kiosk = (await pages.read()).one("article")

    assert kiosk.attributes["data-kiosk"] == "k-front"
    assert kiosk.attributes["data-status"] == "online"
    assert kiosk.attributes["data-visits"] == "14"
    assert kiosk.attributes["data-loans"] == "37"
    assert "Đang hoạt động từ 08:00 Máy sảnh Thư viện xã · k-front" in kiosk.text
    assert "Lượt phục vụ hôm nay 14 Lượt mượn hôm nay 37 Tin gần nhất 11:59:53 phiên bản 0.1.0" in kiosk.text


async def test_the_same_page_answers_at_admin() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk())

    assert (await pages.read("/admin")).one("article").text == (await pages.read("/")).one("article").text


async def test_loans_of_the_library_and_loans_at_kiosks_are_counted_apart() -> None:
    pages = Pages()
    pages.loans.made = 1051
    pages.fleet.show(
        FakeKiosk("k-a", visits_today=2, loans_today=5, returns_today=1200, renewals_today=1),
        FakeKiosk("k-b", visits_today=3, loans_today=1, status="offline"),
    )

    page = await pages.read()

    assert page.one(data_figure="loans").text == "1.051"
    assert page.one(data_figure="kiosk-visits").text == "5"
    assert page.one(data_figure="kiosks-working").text == "1"
    assert page.one(data_figure="needing").text == "1"
    assert "mượn 6 tài liệu trả 1.200 gia hạn 1" in page.one("section").text
    assert "trả 1.200" in page.one(data_kiosk="k-a").text
    assert "gia hạn" not in page.one(data_kiosk="k-b").text


async def test_each_status_is_said_in_words_in_both_languages() -> None:
    pages = Pages()
    words = {
        "online": ("Đang hoạt động", "Working"),
        "stale": ("Không có tin", "No news"),
        "offline": ("Ngoại tuyến", "Offline"),
        "out_of_order": ("Ngừng phục vụ", "Out of order"),
        "a_newer_word": ("a_newer_word", "a_newer_word"),
    }
    for status, (vietnamese, english) in words.items():
        pages.fleet.show(FakeKiosk(status=status))

        assert (await pages.read("/?lang=vi")).one(class_="badge").text == vietnamese
        assert (await pages.read("/?lang=en")).one(class_="badge").text == english


async def test_kiosks_that_need_a_look_come_first_the_most_urgent_on_top() -> None:
    pages = Pages()
    pages.fleet.show(
        FakeKiosk("k-fine"),
        FakeKiosk("k-paper", devices=(FakeDevice("printer", detail="paper_low"),)),
        FakeKiosk("k-stale", status="stale"),
        FakeKiosk("k-offline", status="offline"),
        FakeKiosk("k-broken", status="out_of_order"),
    )

    order = [kiosk.attributes["data-kiosk"] for kiosk in (await pages.read()).all("article")]

    assert order == ["k-broken", "k-offline", "k-stale", "k-paper", "k-fine"]


async def test_a_lost_device_is_named_with_its_state_and_since_when() -> None:
    pages = Pages()
    lost = FakeDevice("pad", "3M 210", "lost", since=NOON - timedelta(minutes=12))
    pages.fleet.show(FakeKiosk(status="out_of_order", reasons=("pad", "library_system"), devices=(lost,)))

    page = await pages.read("/?lang=en")

    assert page.one(data_device="pad").text == "RFID pad: not connected since 11:48 3M 210"
    assert page.one(class_="hint").text == "It turns readers away. It misses: RFID pad, Library system."


async def test_a_kiosk_that_works_without_something_needs_a_look() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk(reasons=("printer",)))

    page = await pages.read("/?lang=en")

    assert page.one(class_="hint").text == "It works without: Receipt printer."
    assert page.one(data_figure="needing").text == "1"


async def test_a_kiosk_says_how_many_records_its_copy_of_the_catalogue_has_and_from_when() -> None:
    pages = Pages()
    days = FakeCopy(1, NOON - timedelta(days=3), is_kept=False, is_old=True)
    pages.fleet.show(
        FakeKiosk("k-1", copy=FakeCopy()), FakeKiosk("k-2", copy=days), FakeKiosk("k-3", copy=FakeCopy(None, None))
    )

    page = await pages.read("/?lang=en")

    assert [copy.text for copy in page.all(class_="copy")] == [
        "Copy of the catalogue: 24,004 records, as of 11:59",
        "Copy of the catalogue: 1 record, as of 12:00, 25 Jul 2026. It cannot be kept now: ask “kiosk check” there.",
        "It has no copy of the catalogue yet",
    ]


async def test_devices_of_a_silent_kiosk_are_not_called_in_order() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk(status="offline"))

    page = await pages.read("/?lang=en")

    assert page.one(class_="before").text == "as last reported:"
    assert {device.attributes["class"] for device in page.all("li") if "data-device" in device.attributes} == {"past"}


async def test_a_time_of_another_day_carries_its_date() -> None:
    pages = Pages()
    long_ago = NOON - timedelta(days=2, hours=3)
    pages.fleet.show(FakeKiosk(status="offline", since=long_ago, last_seen=long_ago))

    assert "từ 09:00 26/07/2026" in (await pages.read()).one("article").text


async def test_times_are_the_librarys_own_whatever_zone_the_store_uses() -> None:
    pages = Pages()
    utc_like = (NOON - timedelta(hours=1)).astimezone(tz=None)
    pages.fleet.show(FakeKiosk(since=utc_like))

    assert "từ 11:00" in (await pages.read()).one("article").text


async def test_a_kiosk_that_never_spoke_is_shown_without_invented_times() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk(status="offline", since=None, last_seen=None, version="", devices=()))

    text = (await pages.read("/?lang=en")).one("article").text

    assert "never" in text
    assert "since" not in text
    assert "none reported" in text


async def test_an_empty_fleet_says_what_to_do() -> None:
    page = await Pages().read("/?lang=en")

    assert "No kiosk has reported yet" in page.one(class_="empty").text
    assert page.all("article") == []


async def test_a_broker_that_is_gone_is_said_with_its_time_and_the_rest_is_called_former() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk())
    pages.fleet.lose_broker(NOON - timedelta(minutes=4))

    page = await pages.read("/?lang=en")

    assert "The broker has been gone since 11:56." in page.one(class_="notice").text
    assert page.one(data_link="broker").attributes["data-up"] == "false"
    assert "former" in page.one("article").attributes["class"].split()
    assert "all is well" not in page.one("section").text


async def test_a_broker_that_came_back_leaves_no_notice() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk())
    pages.fleet.lose_broker(NOON - timedelta(minutes=4))
    await pages.read()
    pages.fleet.regain_broker(NOON)

    page = await pages.read("/?lang=en")

    assert page.all(class_="notice") == []
    assert page.one(data_link="broker").text == "Broker: working since 12:00"


async def test_an_ingest_that_is_gone_is_said_and_the_broker_is_then_not_known() -> None:
    pages = Pages()
    gone = FakeLink(up=False, since=NOON - timedelta(minutes=4))
    pages.fleet.reading = FakeFleetReading(broker=FakeLink(up=None, since=None), ingest=gone, kiosks=(FakeKiosk(),))

    page = await pages.read("/?lang=en")

    assert "The ingest has been gone since 11:56." in page.one(class_="notice").text
    assert page.one(data_link="broker").text == "Broker: not known"


async def test_an_ingest_that_never_ran_is_told_from_one_that_is_gone() -> None:
    pages = Pages()
    never = FakeLink(up=None, since=None)
    pages.fleet.reading = FakeFleetReading(broker=never, ingest=never)

    assert "The ingest has never reported." in (await pages.read("/?lang=en")).one(class_="notice").text


async def test_an_unreadable_store_is_said_and_what_was_read_before_stays() -> None:
    pages = Pages()
    pages.loans.made = 7
    pages.fleet.show(FakeKiosk())
    await pages.get("/")
    pages.fleet.fault = OSError("disk")
    pages.loans.fault = OSError("disk")
    pages.clock.advance(timedelta(seconds=1))

    text = (await pages.get("/?lang=en")).text

    assert "The kiosks' records have been unreadable since" in text.replace("&#39;", "'")
    assert "The loans have been unreadable since" in text
    assert 'data-kiosk="k-front"' in text
    assert '<strong data-figure="loans">7</strong>' in text


async def test_hostile_words_from_a_kiosk_stay_words() -> None:
    pages = Pages(library_name=HOSTILE)
    device = FakeDevice(HOSTILE, HOSTILE, "present", HOSTILE)
    kiosk = FakeKiosk(HOSTILE, HOSTILE, HOSTILE, reasons=(HOSTILE,), version=HOSTILE, devices=(device,))
    pages.fleet.show(kiosk, replace(kiosk, kiosk_id="k-2", status=HOSTILE))

    page = await pages.read()

    assert [script.attributes["src"].partition("?")[0] for script in page.all("script")] == ["/static/live.js"]
    assert page.all("h3")[0].text == HOSTILE
    assert page.all("article")[0].attributes["data-kiosk"] == HOSTILE
    assert page.one(class_="library").text == HOSTILE


async def test_a_page_holds_no_inline_script_or_style() -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk(), FakeKiosk("k-2", status="out_of_order"))

    page = await pages.read()

    assert all(script.text == "" for script in page.all("script"))
    assert page.all("style") == []
    assert [
        name for element in page.elements for name in element.attributes if name == "style" or name[:2] == "on"
    ] == []


async def test_every_file_that_a_page_names_comes_from_this_server() -> None:
    pages = Pages()
    page = await pages.read()
    named = [element.attributes.get("src") or element.attributes.get("href", "") for element in page.elements]

    files = [address for address in named if address.startswith("/static/")]

    assert len(files) == 3
    assert [(await pages.get(address)).status_code for address in files] == [200, 200, 200]
    assert not [address for address in named if "//" in address]


async def test_without_scripts_the_page_comes_anew_by_itself() -> None:
    page = await Pages().read()

    assert page.one("meta", http_equiv="refresh").attributes["content"] == "5"
    assert page.one(id="lost").attributes["hidden"] == ""


async def test_forty_kiosks_are_all_there() -> None:
    pages = Pages()
    pages.fleet.show(*(FakeKiosk(f"k-{number:02}", f"Máy {number}") for number in range(40)))

    page = await pages.read()

    assert len(page.all("article")) == 40
    assert len({part.attributes["data-part"] for part in page.elements if "data-part" in part.attributes}) == 43


@pytest.mark.parametrize(("count", "warned", "leads"), [(0, "", "look at past ones"), (3, "warn", "what to do first")])
async def test_alerts_that_nobody_knows_of_are_counted_and_lead_to_what_to_do(
    count: int, warned: str, leads: str
) -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk())
    pages.fleet.reading = replace(pages.fleet.reading, open_alerts=count)

    page = await pages.read("/?lang=en")

    assert page.one(data_figure="alerts").text == str(count)
    assert leads in [link.text for link in page.all("a", href="/alerts")]
    assert len([tile for tile in page.all("div", class_="warn") if "Alerts" in tile.text]) == bool(warned)
