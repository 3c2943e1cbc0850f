"""What library systems have been seen to do instead of answering; each is a plan for one request of ``FakeAcs``."""

import asyncio
from dataclasses import replace

from sip2.codec import encode
from sip2.messages import CheckoutResponse, LoginResponse, RequestScResend
from tests.support.acs import HangUpError, Talk


async def hang_up(talk: Talk) -> None:  # noqa: ARG001 - every act has this form
    """End the connection before anything is done."""
    raise HangUpError


async def commit_and_hang_up(talk: Talk) -> None:
    """Do it and end the connection."""
    talk.commit()
    raise HangUpError


async def commit_and_be_silent(talk: Talk) -> None:
    """Do it and say nothing: the connection is half-open."""
    talk.commit()


async def be_silent(talk: Talk) -> None:
    """Do nothing and say nothing."""


async def answer_and_hang_up(talk: Talk) -> None:
    """Answer as always and end the connection, as Koha does after a 940."""
    talk.send(talk.line(talk.commit()))
    raise HangUpError


async def die_after_commit(talk: Talk) -> None:
    """Do it, end, and listen no more until ``come_back``."""
    talk.commit()
    talk.acs.die()
    raise HangUpError


async def cut_answer(talk: Talk) -> None:
    """Do it and send half of the answer."""
    data = talk.line(talk.commit())
    talk.send(data[: len(data) // 2])
    raise HangUpError


async def fall_silent(talk: Talk) -> None:
    """Say nothing from now on, to nobody."""
    talk.acs.mute = True


async def drip(talk: Talk) -> None:
    """Do it and send the answer a byte at a time, but never the last one."""
    for byte in talk.line(talk.commit())[:-1]:
        talk.send(bytes([byte]))
        await asyncio.sleep(0.01)  # a slow line is what is played here


async def answer_twice(talk: Talk) -> None:
    """Send the answer twice."""
    talk.send(talk.line(talk.commit()) * 2)


async def bad_checksum(talk: Talk) -> None:
    """Spoil the answer on its way; a 97 gets it whole."""
    data = talk.line(talk.commit())
    talk.send(data[:-5] + b"0000" + data[-1:])


async def ask_again(talk: Talk) -> None:
    """Do nothing and send a 96."""
    talk.send(talk.line(RequestScResend()))


async def status_instead(talk: Talk) -> None:
    """Do nothing and send a 98."""
    talk.send(talk.line(talk.acs.status()))


async def greeting_first(talk: Talk) -> None:
    """Send a line that is not SIP2, then the answer."""
    talk.send(b"\xff\xfeWelcome to the library\r\n" + talk.line(talk.commit()))


async def malformed(talk: Talk) -> None:
    """Do it and send an answer that ends inside its fixed fields, and only then the right one."""
    talk.send(b"12\r" + talk.line(talk.commit()))


async def another_message(talk: Talk) -> None:
    """Do nothing and answer something that was not asked."""
    talk.send(talk.line(LoginResponse(ok=True)))


async def another_item(talk: Talk) -> None:
    """Do it and speak of another item."""
    answer = talk.commit()
    assert isinstance(answer, CheckoutResponse)
    talk.send(talk.line(replace(answer, item_id="I999")))


async def old_answer_first(talk: Talk) -> None:
    """Send the answer to a request of before, then the right one."""
    answer = talk.commit()
    old = replace(answer, ok=False) if isinstance(answer, CheckoutResponse) else answer
    talk.send(encode(old, sequence=((talk.received.sequence or 0) + 5) % 10) + talk.line(answer))
