"""What kiosks ask about citizen cards; nothing of a question or an answer is logged or kept."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from library.api.citizens import CITIZENS_PATH, LONGEST_QUESTION, CitizenTold, read_asked
from server.circulation.citizen_desk import CitizenDesk, TooManyStrangersError
from server.web.kiosk_api import RETRY_S, Doorkeeper, body_of, known_counter

_log = logging.getLogger(__name__)


def answer_citizens(app: FastAPI, doorkeeper: Doorkeeper, desk: CitizenDesk) -> None:
    """Tell kiosks whose a citizen number is: always in as many bytes, whether it is anybody's or not."""

    @app.post(CITIZENS_PATH)
    async def whose_number(request: Request) -> Response:
        try:
            counter = await known_counter(doorkeeper, request)
            asked = read_asked(await body_of(request, LONGEST_QUESTION))
            if asked is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            card = await desk.find(counter, asked.number)
        except TooManyStrangersError:
            _log.warning("a kiosk asks about too many citizen numbers of nobody and gets no more answers for a time")
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS) from None
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
        return Response(
            CitizenTold(card=card).body(), headers={"Cache-Control": "no-store"}, media_type="application/json"
        )
