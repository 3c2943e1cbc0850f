"""Profiles are data, and a table of a file can say what is different at one site."""

import tomllib
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ils.profile_table import ProfileError, adapted, differences, to_toml
from kiosk.ils.profiles import PROFILES, Listed, Profile, Replay
from sip2.agreement import Agreement, Encoding, Terminator
from sip2.fields import PatronFlag


def test_a_table_changes_what_it_names_and_nothing_else() -> None:
    table = {
        "encoding": "iso-8859-1",
        "terminator": "crlf",
        "error_detection": False,
        "login_s": 20,
        "lists": "titles",
        "stop_flags": ["charge_denied", "card_lost"],
        "currency": "VND",
        "replay": "no_block",
        "day_first": True,
    }

    agreement = Agreement(encoding=Encoding.LATIN_1, terminator=Terminator.CR_LF, error_detection=False)
    assert adapted("koha", table) == replace(
        PROFILES["koha"],
        agreement=agreement,
        login_s=20.0,
        lists=Listed.TITLES,
        stop_flags=frozenset({PatronFlag.CHARGE_DENIED, PatronFlag.CARD_LOST}),
        currency="VND",
        replay=Replay.NO_BLOCK,
        day_first=True,
    )


@pytest.mark.parametrize("name", PROFILES)
def test_an_empty_table_is_the_profile_itself(name: str) -> None:
    assert adapted(name, {}) == PROFILES[name]
    assert differences(PROFILES[name], name) == {}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("encodin", "utf-8", "encodin: unknown key; the nearest valid key is 'encoding'"),
        ("encoding", "utf-16", "encoding: must be one of utf-8, iso-8859-1, cp850, ascii"),
        ("terminator", "nul", "terminator: must be one of cr, crlf, lf"),
        ("terminator", 3, "terminator: must be one of cr, crlf, lf"),
        ("error_detection", "yes", "error_detection: must be true or false"),
        ("day_first", 1, "day_first: must be true or false"),
        ("login_s", -1, "login_s: must be seconds, 0 to 60"),
        ("login_s", True, "login_s: must be seconds, 0 to 60"),
        ("sends", 0, "sends: must be a whole number, 1 to 9"),
        ("retries", True, "retries: must be a whole number, 0 to 9"),
        ("currency", "dong", "currency: must be 3 ASCII signs"),
        ("delimiter", "ab", "delimiter: must be one sign that is neither a letter nor a digit"),
        ("delimiter", 7, "delimiter: must be one sign that is neither a letter nor a digit"),
        ("replay", "never", "replay: must be one of own, no_block, plain, koc"),
    ],
)
def test_a_fault_is_named_with_its_key(key: str, value: object, words: str) -> None:
    with pytest.raises(ProfileError) as caught:
        adapted("generic", {key: value})

    assert caught.value.problems == (words,)


def test_all_faults_are_named_at_once_and_an_unknown_profile_by_the_known_ones() -> None:
    with pytest.raises(ProfileError) as caught:
        adapted("generic", {"sends": 0, "stop_flags": ["everything"]})
    with pytest.raises(ProfileError) as unknown:
        adapted("aleph", {})

    assert [words.partition(":")[0] for words in caught.value.problems] == ["sends", "stop_flags"]
    assert unknown.value.problems == ("profile: there is no 'aleph'; there are own, koha, evergreen, generic",)


@given(
    st.sampled_from(sorted(PROFILES)),
    st.sampled_from(sorted(PROFILES)),
    st.frozensets(st.sampled_from(PatronFlag)),
    st.sampled_from(Terminator),
    st.sampled_from(Encoding),
)
def test_what_is_different_can_be_written_and_read_again(
    name: str, other: str, flags: frozenset[PatronFlag], terminator: Terminator, encoding: Encoding
) -> None:
    agreement = Agreement(terminator=terminator, encoding=encoding)
    wanted = replace(PROFILES[other], stop_flags=flags, agreement=agreement)

    assert adapted(name, tomllib.loads(to_toml(differences(wanted, name)))) == wanted


def test_every_fact_of_a_profile_can_be_said_in_a_table() -> None:
    sayable = set()
    for each in (*fields(Profile), *fields(Agreement)):
        try:
            adapted("generic", {each.name: object()})
        except ProfileError as error:
            sayable |= {each.name} - {each.name for words in error.problems if "unknown key" in words}

    assert sayable == {each.name for each in (*fields(Profile), *fields(Agreement))} - {"agreement"}
