"""A folder of pictures becomes covers, hostile ones are named and lose nothing; kiosks are told of each."""

import argparse
import asyncio
import io
import struct
import zlib
from pathlib import Path

import pytest
from fastapi import FastAPI
from PIL import Image, ImageDraw

from library.api.cover_stream import COVERS_PATH, read_covers
from library.catalogue.reading import Form, ReadRecord
from library.catalogue.record import CatalogueRecord, Name
from library.lending.patterns import NumberPatterns
from server.catalogue.cover_files import FolderError, import_covers, remove_covers
from server.catalogue.cover_program import add_covers, covers
from server.catalogue.cover_streaming import CoverFeed
from server.catalogue.covers import cover_of
from server.catalogue.importing import Target, put_records
from server.catalogue.pictures import LARGEST_SMALL, LARGEST_WHOLE, PictureError, PictureFault, small_cover
from server.catalogue.union import regroup
from server.selfcheck.throttle import LoginThrottle
from server.store.engine import open_engine, transaction
from server.store.models import Record
from server.store.writer import WriterQueue
from server.web.covers_api import give_covers
from server.web.kiosk_api import Doorkeeper
from tests.support.kiosk_at_server import no_pause
from tests.support.small_library import SmallLibrary
from tests.unit.server.web.test_kiosk_api import GOOD, NOBODY, Api

ISBN = "9786041234567"


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 450), mode: str = "RGB", ground: str = "navy") -> bytes:
    made = Image.new(mode, size, ground)
    ImageDraw.Draw(made).ellipse((9, 9, size[0] - 9, size[1] - 9), fill="white")
    out = io.BytesIO()
    made.save(out, form)
    return out.getvalue()


def bomb() -> bytes:
    """Give a PNG of a few hundred bytes that says it is 50,000 dots wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def book(library: SmallLibrary, source: str, source_id: str, isbn: str = "", cover: str = "") -> int:
    record = CatalogueRecord(
        source=source,
        source_id=source_id,
        title="Giông tố",
        names=(Name(text="Vũ Trọng Phụng"),),
        isbns=(isbn,) if isbn else (),
        cover=cover,
    )
    read = ReadRecord(record=record, holdings=(), original=b"", form=Form.MARC21, notes=())
    with transaction(library.engine) as session:
        put_records(session, [read], Target(library.organisation_id, NumberPatterns()))
        return next(row.id for row in session.query(Record).filter_by(source=source, source_id=source_id))


def shown(library: SmallLibrary, key: int) -> bytes | None:
    with transaction(library.engine) as session:
        cover = cover_of(session, key)
    return None if cover is None else cover.whole


def told(library: SmallLibrary, after: str = "") -> tuple[str, dict[int, bool]] | None:
    """Give the position and which records have covers, as a kiosk hears."""
    packed = asyncio.run(CoverFeed(library.engine).after(after))
    if packed is None:
        return None
    part = read_covers(packed)
    return f"{part.heading.feed}:{part.heading.cursor}", {key: cover is not None for key, cover in part.covers}


@pytest.mark.parametrize(
    ("form", "size", "mode"),
    [
        ("JPEG", (300, 450), "RGB"),
        ("JPEG", (1200, 1600), "CMYK"),
        ("PNG", (90, 60), "RGBA"),
        ("WEBP", (500, 500), "RGB"),
    ],
)
def test_a_cover_is_written_anew_small_and_in_its_own_proportions(form: str, size: tuple[int, int], mode: str) -> None:
    cover = small_cover(picture(form, size, mode, "white" if mode == "CMYK" else "navy"))
    whole, small = Image.open(io.BytesIO(cover.whole)), Image.open(io.BytesIO(cover.small))

    assert (whole.format, small.format) == ("JPEG", "JPEG")
    assert whole.width <= 240
    assert whole.height <= 360
    assert whole.width / whole.height == pytest.approx(size[0] / size[1], rel=0.02)
    assert small.width <= 72
    assert small.height <= 108
    assert len(cover.whole) <= LARGEST_WHOLE
    assert len(cover.small) <= LARGEST_SMALL


def test_what_a_photograph_says_of_its_maker_stays_behind_and_noise_fits_too() -> None:
    noise = Image.effect_noise((400, 600), 120).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif[0x0112] = 6
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95, exif=exif)

    cover = small_cover(out.getvalue())

    assert b"somebody" not in cover.whole
    assert Image.open(io.BytesIO(cover.whole)).width > Image.open(io.BytesIO(cover.whole)).height
    assert len(cover.whole) <= LARGEST_WHOLE
    assert len(cover.small) <= LARGEST_SMALL


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", PictureFault.NO_PICTURE),
        (b"<html>no picture</html>", PictureFault.NO_PICTURE),
        (picture("GIF"), PictureFault.NO_PICTURE),
        (bomb(), PictureFault.TOO_MANY_DOTS),
        (picture()[:2_000], PictureFault.BROKEN),
        (picture("PNG")[:-40], PictureFault.BROKEN),
        (picture(size=(30, 45)), PictureFault.NO_COVER),
        (picture(size=(900, 100)), PictureFault.NO_COVER),
        (bytes(20_000_001), PictureFault.TOO_LARGE),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_a_word(data: bytes, fault: PictureFault) -> None:
    with pytest.raises(PictureError) as refused:
        small_cover(data)

    assert refused.value.fault is fault


def test_a_file_belongs_to_the_records_of_its_isbn_its_id_or_the_address_that_a_record_names(
    library: SmallLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "bia"
    (folder / "tinh").mkdir(parents=True)
    by_isbn = [book(library, "koha", "1", ISBN), book(library, "tinh", "9", ISBN)]
    by_address = book(library, "koha", "2", cover="https://shop.example/anh/so%20do.png?w=9")
    twice = [book(library, "koha", "7"), book(library, "tinh", "7")]
    for name in ("978-604-1-23456-7.jpg", "so do.png", "7.JPG", "tinh/7.jpg", "nobody.jpg"):
        (folder / name).write_bytes(picture("PNG" if name.endswith("png") else "JPEG"))
    (folder / "readme.txt").write_text("no picture", encoding="ascii")
    (folder / "9786041234567.png").write_bytes(b"broken")
    (folder / "link.jpg").symlink_to(folder / "7.JPG")

    report = import_covers(library.engine, folder)
    again = import_covers(library.engine, folder)

    assert [(file.name, word.partition(" (")[0]) for file, word in report.left_out] == [
        ("7.JPG", "is the id of records of several sources"),
        ("9786041234567.png", "no_picture"),
        ("link.jpg", "is no file of its own"),
        ("nobody.jpg", "belongs to no record"),
    ]
    assert [shown(library, key) is not None for key in (*by_isbn, by_address, *twice)] == [True] * 3 + [False, True]
    assert (report.put, report.unchanged) == (4, 0)
    assert (again.put, again.unchanged) == (0, 4)


def test_a_cover_is_shown_for_all_records_that_are_shown_as_one(library: SmallLibrary, tmp_path: Path) -> None:
    first, second = book(library, "koha", "1", ISBN), book(library, "tinh", "2", ISBN)
    with transaction(library.engine) as session:
        while regroup(session, at_most=50):
            pass
    (tmp_path / "2.jpg").write_bytes(picture())

    report, again = import_covers(library.engine, tmp_path), import_covers(library.engine, tmp_path)
    heard = told(library)

    assert shown(library, first) == shown(library, second) != None  # noqa: E711 - both, and there is one
    assert heard is not None
    assert heard[1] == {second: True, first: True}
    assert ((report.put, report.unchanged), (again.put, again.unchanged)) == ((1, 0), (0, 1))


def test_kiosks_hear_of_each_cover_once_of_another_one_and_of_its_going(library: SmallLibrary, tmp_path: Path) -> None:
    key, other = book(library, "koha", "1"), book(library, "koha", "2")
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / name).write_bytes(picture())
    nothing = told(library)
    import_covers(library.engine, tmp_path)
    first = told(library)
    (tmp_path / "2.jpg").write_bytes(picture(ground="green"))
    import_covers(library.engine, tmp_path)
    assert first is not None
    changed = told(library, first[0])
    gone = remove_covers(library.engine, ["koha/1", "none"])
    assert changed is not None
    after = told(library, changed[0])
    assert after is not None

    assert nothing is not None
    assert nothing[1] == {}
    assert first[1] == {key: True, other: True}
    assert changed[1] == {other: True}
    assert after[1] == {key: False}
    assert told(library, after[0]) is None
    assert told(library, "another:5") is not None
    assert (gone.put, [word for _, word in gone.left_out]) == (1, ["belongs to no record"])
    assert shown(library, key) is None


def test_a_record_that_goes_takes_its_cover_along(library: SmallLibrary, tmp_path: Path) -> None:
    key = book(library, "koha", "1")
    (tmp_path / "1.jpg").write_bytes(picture())
    import_covers(library.engine, tmp_path)

    with transaction(library.engine) as session:
        session.connection().exec_driver_sql("DELETE FROM description WHERE record_id = ?", (key,))
        session.connection().exec_driver_sql("DELETE FROM record WHERE id = ?", (key,))

    assert shown(library, key) is None


def test_what_is_no_folder_is_said(library: SmallLibrary, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="is no folder"):
        import_covers(library.engine, tmp_path / "nothing")


async def test_only_kiosks_get_covers_and_nothing_where_there_is_nothing_new(
    library: SmallLibrary, tmp_path: Path
) -> None:
    key = book(library, "koha", "1")
    (tmp_path / "1.jpg").write_bytes(picture())
    import_covers(library.engine, tmp_path)
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        asked = Api(FastAPI(), [])
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False, sleep=no_pause)
        give_covers(asked.app, door, CoverFeed(library.engine))
        nobody = await asked.get({}, COVERS_PATH)
        part = await asked.get(GOOD, COVERS_PATH)
        heading = read_covers(part.content).heading
        nothing = await asked.get(GOOD, f"{COVERS_PATH}?after={heading.feed}:{heading.cursor}")

    assert (nobody.status_code, part.status_code, nothing.status_code) == (401, 200, 204)
    assert [number for number, _ in read_covers(part.content).covers] == [key]


def test_the_program_says_what_became_of_each_file(
    library: SmallLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(library, "koha", "1")
    folder = tmp_path / "bia"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(picture())
    (folder / "2.png").write_bytes(bomb())
    parser = argparse.ArgumentParser()
    add_covers(parser, argparse.ArgumentParser(add_help=False))

    left_out = covers(library.engine, parser.parse_args(["import", str(folder)]))
    taken = capsys.readouterr()
    none_left = covers(library.engine, parser.parse_args(["remove", "1"]))

    assert (left_out, none_left) == (True, False)
    assert taken.out == f"{folder}: 1 new, 0 as before, 1 left out\n"
    assert taken.err == f"{folder}/2.png: has more than 30 million dots\n"
    assert capsys.readouterr().out == "1 covers taken away, 0 left out\n"
