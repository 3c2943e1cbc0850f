"""A stored password tells nothing and is known again."""

from server.store.secrets import COST, hash_secret, nobodys_hash, secret_matches


def test_a_secret_is_known_again_and_another_is_not() -> None:
    stored = hash_secret("mật khẩu")

    assert secret_matches("mật khẩu", stored)
    assert not secret_matches("mat khau", stored)
    assert not secret_matches("", stored)


def test_the_same_secret_is_stored_differently_each_time() -> None:
    first, second = hash_secret("x"), hash_secret("x")

    assert first != second
    assert first.startswith("scrypt$16384$8$1$")


def test_nobodys_is_looked_at_as_long_as_any_and_matched_by_none() -> None:
    hashes = [nobodys_hash() for _ in range(2)]

    assert hashes[0] != hashes[1]
    assert all(stored.startswith(f"scrypt${COST}$8$1$") for stored in hashes)
    assert [len(stored) for stored in hashes] == [len(hash_secret("x"))] * 2
    assert not any(secret_matches(secret, hashes[0]) for secret in ("", "x"))
