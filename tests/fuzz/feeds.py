"""Parts of the catalogue's feed: whatever arrives is a part that the copy may take in, or an error of its own."""

import contextlib
import hashlib
import json
import zlib
from typing import Final

from library.api.catalogue_stream import Heading, PartError, read_part, write_part
from library.api.cover_stream import CoversHeading, Pictures, read_covers, write_covers
from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding
from tests.fuzz.target import Target, total

_HEADING: Final = Heading(feed="f", cursor=7, place="VN-QN", places={"VN-QN": "Thư viện xã"}, last=True)
_ENTRY: Final = CatalogueEntry(
    key=5,
    record=CatalogueRecord(source="s", source_id="1", title="Dế Mèn phiêu lưu ký", year=1941),
    holdings=(Holding(item_id="VNM.000001", place="VN-QN"),),
)
_WHOLE: Final = write_part(_HEADING, [(5, _ENTRY.model_dump_json().encode()), (6, None)])
_JPEG: Final = b"\xff\xd8\xff"
_COVERS: Final = write_covers(CoversHeading(feed="f", cursor=7, last=True), [(5, Pictures(_JPEG, _JPEG)), (6, None)])
_LINES: Final = zlib.decompress(_WHOLE, wbits=31).rsplit(b"\n", 2)[0] + b"\n"
_COVER_LINES: Final = zlib.decompress(_COVERS, wbits=31).rsplit(b"\n", 2)[0] + b"\n"


def _taken(packed: bytes) -> None:
    """Read a part; what is in it fits a store, whose keys have 63 bits."""
    with contextlib.suppress(PartError):
        if any(not 0 < key < 1 << 63 for key, _ in read_covers(packed).covers):
            raise AssertionError("a cover that no store takes")
    with contextlib.suppress(PartError):
        for row in read_part(packed).rows:
            if not 0 < row.key < 1 << 63 or (row.entry is not None and row.entry.key != row.key):
                raise AssertionError("a row that no store takes")


def _sealed(lines: bytes) -> None:
    """Read lines that a server has sealed itself, with whatever is wrong in them."""
    lines = lines if lines.endswith(b"\n") else lines + b"\n"
    end = {"end": True, "lines": lines.count(b"\n"), "sha256": hashlib.sha256(lines).hexdigest()}
    packer = zlib.compressobj(level=1, wbits=31)
    _taken(packer.compress(lines + json.dumps(end).encode() + b"\n") + packer.flush())


TARGETS: Final = (
    Target("feed-part", total(_taken), (_WHOLE, _COVERS)),
    Target("feed-sealed", total(_sealed), (_LINES, _COVER_LINES, b'{"format":1,"feed":' + b"[" * 3000 + b"\n")),
)
