"""Composes the workbench: which address does what with which device."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from drivers.emulators.control import ControlError
from kiosk.workbench.bench import Bench, DeviceControl, OrderRefusedError
from kiosk.workbench.config import DemoStock
from kiosk.workbench.guard import Guard, is_token
from kiosk.workbench.page import Renderer, TagWords, View
from kiosk.workbench.screen import picture_of
from kiosk.workbench.wording import choose_language

_LONGEST_FORM = 64 * 1024  # bytes: sixty books' UIDs and the longest label fit many times
_LONGEST_SEARCH = 200

Form = Mapping[str, list[str]]


def create_workbench(
    *,
    devices: Mapping[str, DeviceControl],
    stock: DemoStock,
    screens: Path | None = None,
    tag_words: TagWords | None = None,
) -> Starlette:
    """Make the ASGI application; for loopback alone.

    ``devices`` are the emulators' control sockets by role: ``pad``, ``scanner``, ``printer``; and ``screen`` where the
    kiosk's screen can be touched from here, taking ``{"do":"touch","x":...,"y":...}`` in window pixels. ``screens`` is
    the folder of the kiosk's recorder; without it the page shows no screen.
    """
    bench = Bench(devices, stock, screens)
    workbench = _Workbench(bench, screens, tag_words or TagWords())
    return Starlette(
        routes=[
            Route("/", workbench.page),
            Route("/parts", workbench.parts),
            Route("/screens/{number:int}", workbench.picture),
            Route("/do/{order}", workbench.order, methods=["POST"]),
            Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
        ],
        middleware=[Middleware(Guard)],
    )


class _Workbench:
    def __init__(self, bench: Bench, screens: Path | None, tag_words: TagWords) -> None:
        self._bench = bench
        self._screens = screens
        self._token = secrets.token_urlsafe(24)
        self._renderer = Renderer(bench, self._token, tag_words)
        self._orders: Mapping[str, Callable[[Form], Awaitable[None]]] = {
            "card": lambda form: bench.present_card(_first(form, "card")),
            "scan": self._scan,
            "lay": lambda form: bench.lay(form.get("uid", [])),
            "pile": lambda form: bench.lay_pile(_number(form, "number")),
            "lift": lambda form: bench.lift(form.get("uid")),
            "cable": lambda form: bench.cable(_first(form, "role"), plugged=_first(form, "plugged") == "yes"),
            "paper": lambda form: bench.paper(_first(form, "paper")),
            "misbehave": lambda form: bench.misbehave(_first(form, "role"), _first(form, "what")),
            "touch": lambda form: bench.touch(_first(form, "target")),
        }

    async def page(self, request: Request) -> Response:
        view = _view(request)
        page = HTMLResponse(self._renderer.page(await self._bench.state(), view))
        if request.query_params.get("lang") == view.language:
            page.set_cookie("lang", view.language, httponly=True, samesite="lax")
        return page

    async def parts(self, request: Request) -> Response:
        return JSONResponse(dict(self._renderer.parts(await self._bench.state(), _view(request))))

    async def picture(self, request: Request) -> Response:
        path = None if self._screens is None else picture_of(self._screens, request.path_params["number"])
        return PlainTextResponse("404\n", 404) if path is None else FileResponse(path, media_type="image/png")

    async def order(self, request: Request) -> Response:
        carry_out = self._orders.get(request.path_params["order"])
        form = await _form(request)
        if carry_out is None or form is None:
            return PlainTextResponse("404\n", 404)
        problem = ""
        if not is_token(_first(form, "token"), self._token):
            problem = "This page is too old; try again."
        else:
            try:
                await carry_out(form)
            except OrderRefusedError as error:
                problem = error.problem
            except ControlError:
                problem = "The device does not answer or refused."
        return await self._answer(request, form, problem)

    async def _answer(self, request: Request, form: Form, problem: str) -> Response:
        view = _view(request, problem, _first(form, "q"))
        if request.headers.get("accept", "").startswith("application/json"):
            parts = dict(self._renderer.parts(await self._bench.state(), view))
            return JSONResponse({"problem": self._renderer.say(problem, view), "parts": parts})
        if problem:
            return HTMLResponse(self._renderer.page(await self._bench.state(), view), 409)
        back = {"q": view.search} if view.search else {}
        return RedirectResponse(f"/?{urlencode(back)}" if back else "/", 303)

    async def _scan(self, form: Form) -> None:
        text = _first(form, "text")
        if _first(form, "hex") == "yes":
            await self._bench.scan_bytes(text)
        else:
            await self._bench.scan(text)


def _view(request: Request, problem: str = "", search: str | None = None) -> View:
    language = choose_language(request.query_params.get("lang"), request.cookies.get("lang"))
    sought = request.query_params.get("q", "") if search is None else search
    return View(language, sought[:_LONGEST_SEARCH], problem)


async def _form(request: Request) -> Form | None:
    """Read a form of name and value pairs; ``None`` when it is longer than any of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    return parse_qs(body.decode(errors="replace"), keep_blank_values=True)


def _first(form: Form, name: str) -> str:
    return form.get(name, [""])[0]


def _number(form: Form, name: str) -> int:
    """Read a count from 1 to 60; 1 where there is none."""
    text = _first(form, name)
    return max(1, min(60, int(text))) if text.isascii() and text.isdigit() else 1
