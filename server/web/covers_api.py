"""Kiosks fetch the covers of books."""

from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from library.api.cover_stream import COVERS_PATH
from server.catalogue.cover_streaming import CoverFeed
from server.web.kiosk_api import RETRY_S, Doorkeeper, known_counter


def give_covers(app: FastAPI, doorkeeper: Doorkeeper, covers: CoverFeed) -> None:
    """Give covers as well."""

    @app.get(COVERS_PATH)
    async def covers_after(request: Request) -> Response:
        try:
            await known_counter(doorkeeper, request)
            part = await covers.after(request.query_params.get("after", ""))
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
        if part is None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return Response(part, headers={"Cache-Control": "private, no-store"}, media_type="application/gzip")
