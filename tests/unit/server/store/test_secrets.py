"""A stored password tells nothing and is known again."""

from server.store.secrets import hash_secret, secret_matches


def test_a_secret_is_known_again_and_another_is_not() -> None:
    stored = hash_secret("mật khẩu")

    assert secret_matches("mật khẩu", stored)
    assert not secret_matches("mat khau", stored)
    assert not secret_matches("", stored)


def test_the_same_secret_is_stored_differently_each_time() -> None:
    first, second = hash_secret("x"), hash_secret("x")

    assert first != second
    assert first.startswith("scrypt$16384$8$1$")
