"""``/api/v1/item-uses``: what was read in place, item by item, for programs and the yearly report."""

import asyncio
from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal, Protocol

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict

from server.circulation.item_uses import UsedPage

API_ADDRESS = "/api/v1/item-uses"
_LAST_PAGE = 10_000

AskedFirst = Annotated[date | None, Query(alias="from")]
AskedLast = Annotated[date | None, Query(alias="to")]
AskedPlace = Annotated[str | None, Query(alias="place", max_length=16)]
AskedPage = Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)]


class UsesReader(Protocol):
    """Where it is read."""

    def page(self, first: date | None, last: date | None, number: int = 1, place: str | None = None) -> UsedPage:
        """Read one page; called in a worker thread."""
        ...


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Used(_Answer):
    """How often one item was read in one place."""

    item: str
    title: str
    """Empty: the library has no copy of that number."""
    place: str
    """Code of the place where it was read."""
    uses: int
    day_unknown: int
    """Of them, those that count on the day on which the server heard of them: the kiosk did not know the time."""


class Uses(_Answer):
    """One page, most used first."""

    schema_version: Literal[1] = 1
    first: date
    last: date
    number: int
    total: int
    """All uses of these days, on whichever page."""
    has_more: bool
    items: tuple[Used, ...]


def add_item_uses(app: FastAPI, reader: UsesReader) -> None:
    """Answer the address."""

    @app.get(API_ADDRESS)
    async def item_uses(
        first: AskedFirst = None, last: AskedLast = None, place: AskedPlace = None, number: AskedPage = 1
    ) -> Uses:
        """Give what was read in place from one day to another, both counted; else this year until today."""
        if first is not None and last is not None and first > last:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
        return Uses.model_validate(await asyncio.to_thread(reader.page, first, last, number, place or None))
