"""Keep the process on this machine: switches for libraries that know one, and a hook that refuses the rest."""

from __future__ import annotations

import ipaddress
import os
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


def _refuse_remote(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getnameinfo"):
        address = arguments[-1]
        host = address[0] if isinstance(address, tuple) and address else ""
    else:
        return
    if not _is_local(host):
        attempts.append(event)
        raise NetworkRefusedError("this process may not reach another machine")


def _is_local(host: Any) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if name.lower() in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
