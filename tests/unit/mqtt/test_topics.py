"""Topics are made and read by one pair of functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.topics import KIOSK_ID_PATTERN, TABLE, Channel, every_down, of_kiosk, parse

KIOSK_IDS = st.from_regex(KIOSK_ID_PATTERN, fullmatch=True)


@given(kiosk_id=KIOSK_IDS, channel=st.sampled_from(Channel))
def test_what_is_made_is_read_back(kiosk_id: str, channel: Channel) -> None:
    assert parse(of_kiosk(kiosk_id, channel)) == (kiosk_id, channel)


@pytest.mark.parametrize("kiosk_id", ["", "k", "+", "#", "k/x", "K-1", "-ab", "kiosk\n", "k" * 64, "kiọsk"])
def test_an_id_that_could_mean_another_topic_is_refused(kiosk_id: str) -> None:
    with pytest.raises(ValueError, match="kiosk id"):
        of_kiosk(kiosk_id, Channel.STATE)


@pytest.mark.parametrize(
    "topic",
    ["", "library/v1/server/state", "library/v2/d/k-1/state", "library/v1/d/K1/state", "library/v1/d/k-1/up/else", "x"],
)
def test_other_topics_are_no_kiosks(topic: str) -> None:
    assert parse(topic) is None


@given(text=st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert parse(text) is None or text.startswith("library/v1/d/")


def test_the_filter_for_the_servers_words_covers_its_topics() -> None:
    assert every_down("k-1-a") == "library/v1/d/k-1-a/down/#"
    assert of_kiosk("k-1-a", Channel.ACK).startswith("library/v1/d/k-1-a/down/")


def test_the_table_has_every_channel() -> None:
    channels = {row.name.removeprefix("library/v1/d/<id>/") for row in TABLE if "<id>" in row.name}

    assert channels == set(Channel)
