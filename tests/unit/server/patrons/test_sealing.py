"""What is kept of people who are no readers yet tells nothing without its key."""

from server.patrons.sealing import Sealer


def test_what_is_sealed_opens_with_its_key_and_about_its_subject_alone() -> None:
    sealer, other = Sealer(b"k" * 32), Sealer(b"x" * 32)
    sealed = sealer.seal(b"text", b"about")
    changed = bytes([*sealed[:30], sealed[30] ^ 1, *sealed[31:]])

    assert sealer.open(sealed, b"about") == b"text"
    assert [sealer.open(sealed, b"else"), other.open(sealed, b"about"), sealer.open(changed, b"about")] == [None] * 3
    assert [sealer.open(b"", b"about"), sealer.open(sealed[:12], b"about")] == [None] * 2


def test_neither_the_length_of_a_text_nor_its_repetition_is_seen() -> None:
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal(b"text", b"about")

    assert sealer.seal(b"text", b"about") != sealed
    assert len(sealer.seal(b"a longer text", b"about")) == len(sealed)
    assert "k" * 8 not in repr(sealer)
