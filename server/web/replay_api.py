"""What kiosks with another library system than ours ask: whose turn it is to tell what was done alone."""

from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy.exc import SQLAlchemyError

from library.api.replaying import LONGEST_QUESTION, REPLAY_PATH, ReplayTurns, read_question
from server.circulation.replay_desk import ReplayDesk
from server.web.kiosk_api import RETRY_S, Doorkeeper, body_of, known_counter


def give_turns(app: FastAPI, doorkeeper: Doorkeeper, desk: ReplayDesk) -> None:
    """Answer also about turns."""

    @app.post(REPLAY_PATH)
    async def whose_turn(request: Request) -> ReplayTurns:
        try:
            counter = await known_counter(doorkeeper, request)
            asked = read_question(await body_of(request, LONGEST_QUESTION))
            if asked is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            return ReplayTurns(turns=await desk.ask(counter, asked.events))
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
