"""What every request must bring, and what every response carries.

Refused before a route sees them: a Host that is not this very address (DNS rebinding), a request of another site (`Sec-Fetch-Site`, else
`Origin`; after Datasette and Valsorda 2025), a body that is too long or no JSON, and everything but the bare page without a bearer.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.review.web.access import Access
from pipeline.review.web.answers import Fault, fault_body, fault_place

MAX_BODY = 2 * 1024 * 1024
OPEN_PATHS = frozenset(("/", "/api/enter"))
STATIC = "/static/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_OURS = {name for name, _ in HEADERS}


class RefusedRequestError(Exception):
    """Carry why a request goes no further."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


class Guard:
    """Wrap an application: check first, add the headers to whatever goes out, and never let an error's words out."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        hosts: frozenset[str],
        on_request: Callable[[], None] = lambda: None,
        on_fault: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._app = app
        self._access = access
        self._hosts = hosts
        self._on_request = on_request
        self._on_fault = on_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in _OURS]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        try:
            self._check(scope)
            body = await _read_body(scope, receive)
            await self._app(scope, _replayed(body, receive), send_guarded)
        except RefusedRequestError as refused:
            await _send_fault(refused.fault, send_guarded)
        except Exception as error:  # noqa: BLE001 - its words may be a client's; only its kind and place are told
            self._on_fault(fault_place(error))
            if not started:
                await _send_fault(Fault.UNEXPECTED, send_guarded)

    def _check(self, scope: Scope) -> None:
        if _only(scope, b"host") not in self._hosts:
            raise RefusedRequestError(Fault.HOST)
        path, writes = scope["path"], scope["method"] not in ("GET", "HEAD")
        if (writes or path.startswith("/api/")) and not _same_site(scope, self._hosts):
            raise RefusedRequestError(Fault.ORIGIN)
        if path not in OPEN_PATHS and not path.startswith(STATIC) and not self._access.allows(bearer_of(scope)):
            raise RefusedRequestError(Fault.BEARER)
        if writes and _only(scope, b"content-type").split(";")[0].strip().lower() != "application/json":
            raise RefusedRequestError(Fault.TYPE)
        if path not in OPEN_PATHS and not path.startswith(STATIC):
            self._on_request()


def bearer_of(scope: Scope) -> str:
    """Return the bearer of a request, empty when it has none or several."""
    scheme, _, bearer = _only(scope, b"authorization").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else ""


def _only(scope: Scope, name: bytes) -> str:
    """Return a header's value; empty when it is missing, doubled or no ASCII."""
    values = [value for key, value in scope["headers"] if key.lower() == name]
    return values[0].decode("ascii", "replace") if len(values) == 1 else ""


def _same_site(scope: Scope, hosts: frozenset[str]) -> bool:
    """Return whether a request comes from the page itself, or from no page at all."""
    names = [key.lower() for key, _ in scope["headers"]]
    if b"sec-fetch-site" in names:
        return _only(scope, b"sec-fetch-site") in ("same-origin", "none")
    if b"origin" in names:
        return _only(scope, b"origin") in {f"http://{host}" for host in hosts}
    return True


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    length = _only(scope, b"content-length")
    if length.isdigit() and int(length) > MAX_BODY:
        raise RefusedRequestError(Fault.BODY)
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise RefusedRequestError(Fault.BODY)
        if not message.get("more_body", False):
            return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives the body again, then what the connection gives."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


async def _send_fault(fault: Fault, send: Send) -> None:
    body = fault_body(fault)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
