"""What a UHF tag goes by whose EPC was written in half."""

from drivers.rfid.epc_names import EpcNames

OLD, NEW, HALF = "AAAA1111", "CCCC2222", "CCCC1111"


def test_a_tag_goes_by_its_own_name_until_a_writing_broke_off() -> None:
    names = EpcNames()
    before = names.of(OLD)
    names.broke_off(OLD, NEW, before={OLD}, after={HALF})

    assert (before, names.of(OLD)) == (OLD, HALF)


def test_a_half_written_tag_whose_next_writing_broke_off_too_is_found_again() -> None:
    names = EpcNames()
    names.broke_off(OLD, NEW, before={OLD}, after={HALF})
    names.broke_off(OLD, "DDDD2222", before={HALF}, after={"DDDD1111"})

    assert names.of(OLD) == "DDDD1111"


def test_a_tag_that_lay_there_before_is_not_taken_for_the_half_written_one() -> None:
    names = EpcNames()
    names.broke_off(OLD, NEW, before={OLD, HALF}, after={HALF})

    assert names.of(OLD) == OLD


def test_of_two_that_could_be_the_half_written_one_neither_is_taken() -> None:
    names = EpcNames()
    names.broke_off("AAAA1111BBBB", "CCCC2222DDDD", before=(), after={"CCCC1111BBBB", "CCCC2222BBBB"})

    assert names.of("AAAA1111BBBB") == "AAAA1111BBBB"


def test_a_tag_that_still_goes_by_its_name_was_not_written_in_half() -> None:
    names = EpcNames()
    names.broke_off(OLD, NEW, before={OLD}, after={OLD, HALF})

    assert names.of(OLD) == OLD


def test_a_tag_that_was_written_to_its_end_or_found_whole_goes_by_its_own_name() -> None:
    names = EpcNames()
    names.broke_off(OLD, NEW, before={OLD}, after={HALF})
    names.whole(OLD)
    written = names.of(OLD)
    names.broke_off(OLD, NEW, before={OLD}, after={HALF})
    names.found({OLD})

    assert (written, names.of(OLD)) == (OLD, OLD)
