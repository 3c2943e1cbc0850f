"""Guessing becomes slow for whoever guesses."""

from server.selfcheck.throttle import LoginThrottle


class Hours:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Give the seconds."""
        return self.now


def test_each_wrong_login_waits_longer_up_to_half_a_minute() -> None:
    throttle = LoginThrottle(Hours())
    waits = [throttle.wait_s("a")]
    for _ in range(9):
        throttle.wrong("a")
        waits.append(throttle.wait_s("a"))

    assert waits == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert throttle.wait_s("b") == 0.0


def test_a_right_login_or_a_quarter_of_an_hour_ends_the_wait() -> None:
    clock = Hours()
    throttle = LoginThrottle(clock)
    for address in ("a", "b"):
        throttle.wrong(address)

    throttle.right("a")
    soon = (throttle.wait_s("a"), throttle.wait_s("b"))
    clock.now += 901

    assert soon == (0.0, 0.5)
    assert throttle.wait_s("b") == 0.0


def test_only_so_many_addresses_are_remembered() -> None:
    throttle = LoginThrottle(Hours())

    for number in range(5000):
        throttle.wrong(str(number))

    assert throttle.wait_s("0") == 0.0
    assert throttle.wait_s("4999") == 0.5
