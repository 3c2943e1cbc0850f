"""``/api/v1/records``: the catalogue for programs, as ``library-server search --json`` gives it."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from library.api.records import LONGEST_VALUE, RECORDS_PATH, FoundRecord, RecordsAnswer, RecordsQuestion
from server.errors import NoIndexYetError, SeveralSourcesError
from server.web.catalogue import CatalogueFinder, busy_as_unavailable

_MOST_FAULTS: Final = 20
_LONGEST_NAME: Final = 80


def add_records(app: FastAPI, finder: CatalogueFinder) -> None:
    """Answer the addresses of the interface."""

    @app.get(RECORDS_PATH)
    async def records(asked: Annotated[RecordsQuestion, Query()]) -> RecordsAnswer:
        with busy_as_unavailable():
            return await finder.search(asked.question(), asked.facet)

    @app.get(RECORDS_PATH + "/{record_id:path}", responses={HTTPStatus.CONFLICT: {}})
    async def record(
        record_id: str, source: Annotated[str | None, Query(max_length=LONGEST_VALUE)] = None
    ) -> FoundRecord:
        """Give one record by the id that it had in its source; ``source`` says which where several have it."""
        with busy_as_unavailable():
            found = await finder.record_of_source(record_id, source)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return found

    @app.exception_handler(SeveralSourcesError)
    async def on_several(_: Request, fault: SeveralSourcesError) -> JSONResponse:
        answer = {"error": "records of several sources have this id: name one with source=", "sources": fault.sources}
        return JSONResponse(answer, HTTPStatus.CONFLICT)

    @app.exception_handler(NoIndexYetError)
    async def on_no_index(_: Request, __: NoIndexYetError) -> JSONResponse:
        return JSONResponse({"error": "the index is being made"}, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"})


def faults_of(fault: RequestValidationError) -> list[dict[str, str]]:
    """Say which parameters are wrong, and how; never what was given for them."""
    return [
        {"parameter": ".".join(str(part)[:_LONGEST_NAME] for part in one["loc"][1:]), "words": _words(one)}
        for one in fault.errors()[:_MOST_FAULTS]
    ]


def _words(one: Any) -> str:
    return "unknown parameter" if one["type"] == "extra_forbidden" else str(one["msg"]).removeprefix("Value error, ")
