"""The page on a loopback port: bound to 127.0.0.1 and nothing else, gone after an hour without anybody."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from pipeline.core.errors import UsageError
from pipeline.review.web.app import create_app
from pipeline.review.web.site import Site

LOOPBACK = "127.0.0.1"
IDLE_S = 3600.0
BACKLOG = 64
_LOOK_S = 1.0


class Idle:
    """Hold when somebody was last here, by a clock in seconds that only goes forward."""

    def __init__(self, clock: Callable[[], float], *, limit_s: float = IDLE_S) -> None:
        self._clock = clock
        self._limit_s = limit_s
        self._last = clock()

    def touch(self) -> None:
        """Say that somebody is here."""
        self._last = self._clock()

    @property
    def is_over(self) -> bool:
        """Return whether nobody was here for the whole limit."""
        return self._clock() - self._last >= self._limit_s


def serve(
    site: Site,
    *,
    port: int,
    clock: Callable[[], float],
    on_link: Callable[[str], None],
    on_fault: Callable[[str], None],
    open_browser: bool,
    idle_s: float = IDLE_S,
) -> None:
    """Serve until interrupted or idle. `on_link` gets a link that works once, and the next one each time one was used.

    Raises `UsageError` when the port is taken; port 0 takes any that is free.
    """
    idle = Idle(clock, limit_s=idle_s)
    with _bound(port) as listening:
        at = listening.getsockname()[1]
        base = f"http://{LOOPBACK}:{at}/"

        def link() -> str:
            return f"{base}#{site.access.issue_code()}"

        site.on_entered = lambda: on_link(link())
        app = create_app(site, hosts=frozenset((f"{LOOPBACK}:{at}", f"localhost:{at}")), on_request=idle.touch, on_fault=on_fault)
        server = uvicorn.Server(_config(app))
        on_link(link())
        opened = _opened(link()) if open_browser else contextlib.nullcontext()
        with opened, contextlib.suppress(KeyboardInterrupt):  # the usual way to close the page
            asyncio.run(_run(server, listening, idle))


def _config(app: FastAPI) -> uvicorn.Config:
    """Return a server that writes no log: an address or an error in one could carry what a client said."""
    return uvicorn.Config(app, access_log=False, log_config=None, log_level="critical", server_header=False, date_header=False, ws="none")


async def _run(server: uvicorn.Server, listening: socket.socket, idle: Idle) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not serving.done():
        if idle.is_over:
            server.should_exit = True
        await asyncio.wait([serving], timeout=_LOOK_S)
    await serving


@contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(BACKLOG)  # a link that is shown can be opened: who is early waits
    except OSError as error:
        listening.close()
        problem = os.strerror(error.errno or 0).lower()
        raise UsageError("WEB-040", f"the port cannot be used: {problem}", way_out="Choose another with --port, or leave it out.") from None
    try:
        yield listening
    finally:
        listening.close()


@contextmanager
def _opened(link: str) -> Iterator[None]:
    """Open a browser by way of a private file, since a link given to a command can be read by every account of the machine."""
    with tempfile.TemporaryDirectory(prefix="rupture-") as folder:
        path = Path(folder) / "open.html"
        path.touch(mode=0o600)
        path.write_text(f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={escape(link)}">\n', encoding="utf-8")
        webbrowser.open(path.as_uri())
        yield
