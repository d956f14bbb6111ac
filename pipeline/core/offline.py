"""Keep the process on this machine: switches for libraries that know one, and a hook that refuses the rest."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any

SWITCHES = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    "DO_NOT_TRACK": "1",
    "OTEL_SDK_DISABLED": "true",
    "TOKENIZERS_PARALLELISM": "false",
}
_LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost"}
_let_through: set[tuple[str, int]] = set()
attempts: list[str] = []
"""The audit events that were refused in this process, by name; `rupture doctor` reports how many there were."""


class NetworkRefusedError(OSError):
    """Say that something in this process tried to reach another machine."""


def go_offline() -> None:
    """Set the offline switches of the libraries in use and refuse every connection beyond loopback from now on.

    Call it before the first import of a library that has such a switch. The hook cannot be removed again.
    """
    os.environ.update(SWITCHES)
    sys.addaudithook(_refuse_remote)


def let_through(host: str, port: int) -> None:
    """Let this process reach one address, and look up its name, from now on; everything else stays refused.

    The name is looked up here, once. Raises `OSError` when it has no address.
    """
    _let_through.add((host, port))
    _let_through.update((str(address[0]), port) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


def _refuse_remote(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host, port = arguments[0], arguments[1] if event == "socket.getaddrinfo" else None
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getnameinfo"):
        address = arguments[-1]
        host, port = (*address, None, None)[:2] if isinstance(address, tuple) else ("", None)
    else:
        return
    if _is_local(host) or (host, port) in _let_through:
        return
    # Reading an address written in figures asks nobody; the client of a cluster does it with its own.
    if not (_let_through and event == "socket.getaddrinfo" and _is_numeric(host)):
        attempts.append(event)
        raise NetworkRefusedError("this process may not reach another machine")


def _is_local(host: Any) -> bool:
    name = _name(host)
    return name.lower() in _LOCAL_NAMES or (_is_numeric(host) and ipaddress.ip_address(name).is_loopback)


def _is_numeric(host: Any) -> bool:
    try:
        ipaddress.ip_address(_name(host))
    except ValueError:
        return False
    return True


def _name(host: Any) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
