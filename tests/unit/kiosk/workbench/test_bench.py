"""What hands can do at the workbench."""

import json
from pathlib import Path

import pytest

from tests.unit.kiosk.workbench.fakes import HOSTILE, FakeControl, Person, book, uid


async def test_a_card_is_presented_as_its_label_at_the_scanner() -> None:
    person = Person()

    answer = await person.post("card", card="blocked")

    assert answer.status_code == 303
    assert person.scanner.orders == [("scan", {"text": "29101000000060"})]


async def test_each_card_says_what_it_is_there_for() -> None:
    page = await Person().read()

    assert "may borrow 29101000000011 Present" in page.one(data_part="cards").text
    assert "is blocked 29101000000060 Present" in page.one(data_part="cards").text


async def test_a_book_is_laid_with_its_whole_tag_the_first_time() -> None:
    person = Person()

    await person.post("lay", uid=uid(1))

    assert person.pad.orders == [("lay", {"tags": [book(1).tag.model_dump()]})]
    assert "On the pad 1 Lão Hạc TVX.000001 secured Lift" in (await person.read()).one(data_part="pad").text


async def test_a_book_that_lay_there_before_keeps_what_the_pad_wrote_on_it() -> None:
    person = Person()
    await person.post("lay", uid=uid(1))
    person.pad.tags[uid(1)]["afi"] = 0xC2
    await person.post("lift", uid=uid(1))

    await person.post("lay", uid=uid(1))

    assert person.pad.orders[-1] == ("lay", {"tags": [{"uid": uid(1)}]})
    assert "Lão Hạc TVX.000001 on loan" in (await person.read()).one(data_part="pad").text


async def test_a_pile_takes_books_that_never_lay_there() -> None:
    person = Person()
    await person.post("lay", uid=uid(1))

    await person.post("pile", number="2")

    assert [tag for tag, facts in person.pad.tags.items() if facts["on_pad"]] == [uid(1), uid(2), uid(3)]


async def test_a_pile_of_nothing_is_explained() -> None:
    person = Person()
    await person.post("pile", number="60")

    answer = await person.post("pile", number="1")

    assert answer.status_code == 409
    assert "There are no more books to lay down." in answer.text


async def test_one_book_or_all_books_are_lifted() -> None:
    person = Person()
    await person.post("pile", number="3")

    await person.post("lift", uid=uid(2))
    assert "On the pad 2" in (await person.read()).one(data_part="pad").text

    await person.post("lift")
    assert "Nothing lies there." in (await person.read()).one(data_part="pad").text


@pytest.mark.parametrize(
    ("words", "found"), [("lao hac", ["lay-" + uid(1)]), ("BETO", ["lay-" + uid(2)]), ("000003", ["lay-" + uid(3)])]
)
async def test_books_are_found_without_marks_and_by_number(words: str, found: list[str]) -> None:
    page = await Person().read(f"/?lang=en&q={words}")

    ids = [
        button.attributes["id"] for button in page.all("button") if button.attributes.get("id", "").startswith("lay-")
    ]
    assert ids == found


async def test_a_search_without_a_hit_says_so() -> None:
    assert "No book of the demo fits these words." in (await Person().read("/?lang=en&q=zzz")).one(class_="books").text


async def test_a_tag_with_a_strange_afi_shows_its_number() -> None:
    person = Person(stock=Person().stock.model_copy(update={"books": (book(5, afi=0x9E),)}))

    assert "AFI 9E" in (await person.read()).one(class_="books").text


async def test_free_text_is_scanned_as_it_is() -> None:
    person = Person()
    await person.post("scan", text="  Ký tự|\t ")

    assert person.scanner.orders == [("scan", {"text": "  Ký tự|\t "})]


async def test_raw_bytes_are_scanned_without_an_end() -> None:
    person = Person()
    await person.post("scan", text="02 30 0D", hex="yes")

    assert person.scanner.orders == [("scan", {"hex": "02300d"})]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"text": ""}, "There is nothing to scan."),
        ({"text": "x" * 5000}, "There is nothing to scan."),
        ({"text": "zz", "hex": "yes"}, "These are not bytes in hexadecimal."),
    ],
)
async def test_a_label_that_cannot_be_scanned_is_explained(form: dict[str, str], problem: str) -> None:
    person = Person()
    answer = await person.send("scan", form)

    assert answer.status_code == 409
    assert problem in answer.text
    assert person.scanner.orders == []


@pytest.mark.parametrize(
    ("order", "form", "problem"),
    [
        ("card", {"card": "nobody"}, "There is no such card."),
        ("lay", {"uid": "00"}, "There is no such book."),
        ("lay", {}, "There is no such book."),
        ("paper", {"paper": "burning"}, "There is no such thing to do."),
        ("misbehave", {"role": "pad", "what": "explode"}, "There is no such thing to do."),
        ("cable", {"role": "toaster", "plugged": "no"}, "There is no such device."),
        ("touch", {"target": "start"}, "The screen no longer shows this."),
    ],
)
async def test_an_order_that_makes_no_sense_is_explained(order: str, form: dict[str, str], problem: str) -> None:
    answer = await Person().send(order, form)

    assert answer.status_code == 409
    assert problem in answer.text


async def test_cables_are_pulled_and_put_in() -> None:
    person = Person()
    await person.post("cable", role="pad", plugged="no")
    assert person.pad.cable is False
    assert "RFID pad cable is out Plug it in" in (await person.read()).one(data_part="devices").text

    await person.post("cable", role="pad", plugged="yes")
    assert person.pad.cable is True


async def test_paper_is_emptied_and_the_printer_shows_it() -> None:
    person = Person()
    await person.post("paper", paper="out")

    assert person.printer.paper == "out"
    assert (await person.read()).one("button", id="paper-out").attributes["class"] == "plain chosen"


async def test_a_device_is_told_to_misbehave_and_to_behave_again() -> None:
    person = Person()
    await person.post("misbehave", role="pad", what="lift_in_write")
    await person.post("misbehave", role="pad", what="normal")

    assert person.pad.orders == [("misbehave", {"what": "lift_in_write"}), ("misbehave", {"what": "normal"})]


async def test_receipts_are_shown_the_newest_first() -> None:
    person = Person(printer=FakeControl(receipts=["first\n line", f"second {HOSTILE}"]))

    printed = ["".join(receipt.pieces) for receipt in (await person.read()).all("pre")]

    assert printed == [f"second {HOSTILE}", "first\n line"]


async def test_an_emulator_that_is_gone_is_shown_and_the_others_work() -> None:
    person = Person(pad=FakeControl(silent=True))

    page = await person.read()
    answer = await person.post("lift")

    assert "RFID pad its emulator does not answer" in page.one(data_part="devices").text
    assert "Scanner cable is in" in page.one(data_part="devices").text
    assert "The device does not answer or refused." in answer.text


async def test_the_kiosks_newest_whole_screen_is_shown_and_can_be_touched(tmp_path: Path) -> None:
    for number, name in ((1, "home"), (2, "borrow")):
        target = {"name": "finish", "x": 800, "y": 500, "width": 201, "height": 80, "words": "Xong"}
        texts = ["Chào N.T.M.", "Xong"]
        sheet = {"number": number, "page": name, "language": "vi", "targets": [target], "texts": texts}
        (tmp_path / f"{number:04}.json").write_text(json.dumps(sheet))
        (tmp_path / f"{number:04}-{name}.png").write_bytes(b"\x89PNG " + name.encode())
    (tmp_path / "0003.json").write_text('{"number": 3')
    screen = FakeControl()
    person = Person(screen=screen, screens=tmp_path)

    page = await person.read()
    picture = await person.get(page.one("img").attributes["src"])
    await person.post("touch", target="finish")

    button = page.one("button", id="touch-finish")
    assert (button.text, button.attributes["lang"]) == ("Xong", "vi")
    assert page.one("img").attributes["alt"] == "What the kiosk shows, in its own words: Chào N.T.M. / Xong"
    assert picture.content == b"\x89PNG borrow"
    assert screen.orders == [("touch", {"x": 900, "y": 540})]


async def test_a_screen_that_cannot_be_touched_from_here_says_where(tmp_path: Path) -> None:
    (tmp_path / "0001.json").write_text('{"number": 1, "page": "home", "language": "vi", "targets": []}')
    (tmp_path / "0001-home.png").write_bytes(b"x")

    page = await Person(screens=tmp_path).read()

    assert "Touch it in the kiosk's own window." in page.one(data_part="screen").text


async def test_no_file_but_a_picture_is_given_out(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    person = Person(screens=tmp_path)

    assert (await person.get("/screens/1")).status_code == 404
    assert (await person.get("/screens/..%2fsecret.txt")).status_code == 404


async def test_words_from_the_stock_stay_words() -> None:
    person = Person()
    await person.post("lay", uid=uid(3))

    page = await person.read()

    assert [script.attributes["src"] for script in page.all("script")] == ["/static/bench.js"]
    assert HOSTILE in page.one(data_part="pad").text


async def test_parts_are_given_for_the_pages_script() -> None:
    person = Person()
    parts = (await person.get("/parts?lang=vi&q=lao")).json()

    assert list(parts) == ["screen", "cards", "pad", "books", "printer", "devices"]
    assert "Đặt lên" in parts["books"]
    assert "Tôi là Bêtô" not in parts["books"]


async def test_an_order_by_the_pages_script_is_answered_with_the_new_parts() -> None:
    person = Person()
    headers = {"Origin": "http://127.0.0.1:8090", "Accept": "application/json"}

    good = (await person.send("lay", {"uid": uid(1)}, headers)).json()
    bad = (await person.send("lay", {"uid": "00"}, headers)).json()

    assert good["problem"] == ""
    assert "Lão Hạc" in good["parts"]["pad"]
    assert bad["problem"] == "There is no such book."


async def test_the_search_is_kept_after_an_order() -> None:
    answer = await Person().post("lay", uid=uid(1), q="lao hac")

    assert answer.headers["location"] == "/?q=lao+hac"
