"""Every published tag and compaction says what its source says."""

from binascii import crc_hqx
from typing import Any

import pytest

from drivers.rfid.base import Air
from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.compaction import Compaction, compact, expand, pack
from drivers.rfid.tagdata.content import Blank, TagContent, TagFormat, TagWarning
from drivers.rfid.tagdata.detect import detect
from drivers.rfid.tagdata.elements import USAGE, read_elements
from drivers.rfid.tagdata.epc import read_epc_bank
from drivers.rfid.tagdata.isil import decode_isil, encode_isil
from drivers.rfid.tagdata.urn40 import decode_urn40, encode_urn40
from tests.support.tag_vectors import VECTORS, vectors

UHF = {TagFormat.ISO_28560_4, TagFormat.CN_UNIVERSITY}
COMPACTIONS = {
    "integer": Compaction.INTEGER,
    "numeric": Compaction.NUMERIC,
    "5-bit": Compaction.FIVE_BIT,
    "6-bit": Compaction.SIX_BIT,
    "7-bit": Compaction.SEVEN_BIT,
}


def found(vector: dict[str, Any]) -> TagContent:
    air = Air.UHF if vector["format"] in UHF else Air.HF
    user = vector["expected"].get("user")
    finding = detect(bytes.fromhex(vector["hex"]), air=air, user_memory=bytes.fromhex(user) if user else None)
    assert isinstance(finding, TagContent)
    return finding


@pytest.mark.parametrize(
    "vector", [each for each in vectors("tag_data") if not each.values[0]["expected"].get("blank")]
)
def test_a_published_tag_is_known_for_what_it_is(vector: dict[str, Any]) -> None:
    assert found(vector).format == vector["format"]


@pytest.mark.parametrize("vector", vectors("tag_data", "iso28560-3"))
def test_a_danish_tag_says_what_its_source_says(vector: dict[str, Any]) -> None:
    expected, content = vector["expected"], found(vector)

    assert content.item_id == expected["item_id"]
    assert (content.country, content.library) == (expected["country"], expected["library"])
    assert content.usage == expected.get("usage", 1)
    assert (content.part, content.parts) == (expected.get("part_number", 1), expected.get("parts_in_item", 1))
    assert content.isil == expected.get("isil", f"{content.country}-{content.library}")
    assert {block.number for block in content.extensions} >= set(expected.get("extension_block_ids", []))
    assert (TagWarning.BLOCKS_REVERSED in content.warnings) == ("byte_order" in expected)


@pytest.mark.parametrize("vector", vectors("tag_data", "iso28560-2"))
def test_a_tag_of_elements_says_what_its_source_says(vector: dict[str, Any]) -> None:
    told, content = vector["expected"]["elements"], found(vector)
    total = len(told.get("4", "")) // 2

    assert content.item_id == told["1"]
    assert content.owner == told.get("3", "")
    assert f"{content.parts}{content.part:0{total}d}" == told.get("4", "11")
    assert f"{content.usage}0" == told.get("5", "10")
    assert content.warnings == ()


@pytest.mark.parametrize("vector", vectors("tag_data", "iso28560-2"))
def test_every_element_of_a_published_tag_is_found(vector: dict[str, Any]) -> None:
    elements = read_elements(bytes.fromhex(vector["hex"]))
    raw = [(each["oid"], each["compaction"], each["value_hex"]) for each in vector["expected"]["raw_parse"]]
    texts = {
        str(each.number): expand(each.compaction, each.value)
        for each in elements.whole
        if each.compaction is not Compaction.APPLICATION and each.number != USAGE
    }

    assert [(each.number, each.compaction, each.value.hex()) for each in elements.whole] == raw
    assert elements.cut_off is None
    assert texts.items() >= {
        (number, text) for number, text in vector["expected"]["elements"].items() if number in texts
    }


@pytest.mark.parametrize("vector", [each for each in vectors("tag_data", "3m-rfid501") if "blank" not in each.id])
def test_a_tag_of_3m_says_what_its_source_says(vector: dict[str, Any]) -> None:
    expected, content = vector["expected"], found(vector)
    owner = f"{expected['branch']}/{expected['library']}"

    assert content.item_id == expected["content"]
    assert (content.part, content.parts) == (expected["set"], expected["total"])
    assert content.owner == ("" if owner == "0/0" else owner)


@pytest.mark.parametrize("vector", [each for each in vectors("tag_data") if each.values[0]["expected"].get("blank")])
def test_the_makers_blank_is_blank(vector: dict[str, Any]) -> None:
    assert detect(bytes.fromhex(vector["hex"])) == Blank()


@pytest.mark.parametrize("vector", vectors("tag_data", "iso28560-4-mb01"))
def test_a_uhf_tag_says_what_its_source_says(vector: dict[str, Any]) -> None:
    expected, content = vector["expected"], found(vector)
    bank = read_epc_bank(bytes.fromhex(vector["hex"]))

    assert decode_urn40(bank.epc) == expected["uii"]
    assert encode_urn40(expected["uii"]) == bank.epc
    assert (bank.user_bank, bank.extended, f"{bank.afi:x}") == (expected["umi"], expected["xpc"], expected["afi"])
    assert f"{content.owner}.{content.item_id}.{content.parts}{content.part}" == expected["uii"]


@pytest.mark.parametrize("vector", vectors("tag_data", "cn-university-uhf"))
def test_a_chinese_universitys_tag_is_named_and_not_read(vector: dict[str, Any]) -> None:
    content = found(vector)

    assert content.item_id == ""
    assert content.warnings == (TagWarning.LAYOUT_NOT_READ, TagWarning.NO_ITEM_ID)


@pytest.mark.parametrize("vector", vectors("compaction", *COMPACTIONS))
def test_a_published_compaction_is_read_and_written(vector: dict[str, Any]) -> None:
    how, data, text = COMPACTIONS[vector["format"]], bytes.fromhex(vector["hex"]), vector["expected"]["text"]

    assert expand(how, data) == text
    assert pack(how, text) == data
    assert len(compact(text)[1]) <= len(data)


@pytest.mark.parametrize("vector", vectors("compaction", "iso28560-2-isil"))
def test_a_published_library_is_read_and_written(vector: dict[str, Any]) -> None:
    assert decode_isil(bytes.fromhex(vector["hex"])) == vector["expected"]["text"]
    assert encode_isil(vector["expected"]["text"]) == bytes.fromhex(vector["hex"])


@pytest.mark.parametrize("vector", vectors("crc"))
def test_the_check_value_of_the_danish_model_is_met(vector: dict[str, Any]) -> None:
    assert crc_hqx(bytes.fromhex(vector["hex"]), 0xFFFF) == int(vector["expected"]["crc"], 16)


@pytest.mark.parametrize(
    "vector", [each for each in vectors("tag_data", "iso28560-3") if "byte0" in each.values[0]["expected"]]
)
def test_a_published_danish_tag_is_written_again_byte_for_byte(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    written = iso28560_3.encode(iso28560_3.decode(raw))

    assert raw.ljust(len(written), b"\0").startswith(written.rstrip(b"\0"))


def test_every_vector_is_a_test() -> None:
    asked = {
        each.values[0]["id"]
        for kind, formats in (
            ("tag_data", ("iso28560-3", "iso28560-2", "3m-rfid501", "iso28560-4-mb01", "cn-university-uhf")),
            ("compaction", (*COMPACTIONS, "iso28560-2-isil")),
            ("crc", ()),
        )
        for each in vectors(kind, *formats)
    }

    assert asked == {vector["id"] for vector in VECTORS}
