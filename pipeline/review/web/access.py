"""Who may ask: one-time codes that ride in a link's fragment, each swapped for a bearer that a page keeps in memory."""

from __future__ import annotations

import secrets
import threading

from pipeline.core.canonical import sha256_bytes

SECRET_BYTES = 32
CODES_KEPT = 16


class Access:
    """Hold the codes and bearers of one launch, as hashes; safe to share between threads."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._bearers: set[str] = set()
        self._lock = threading.Lock()

    def issue_code(self) -> str:
        """Return a fresh code of 256 bits; the oldest unused one expires when sixteen are waiting."""
        code = secrets.token_urlsafe(SECRET_BYTES)
        with self._lock:
            self._codes = [*self._codes, _hash(code)][-CODES_KEPT:]
        return code

    def enter(self, code: str) -> str | None:
        """Swap a code for a bearer, once; None for a code that is unknown or used."""
        bearer = secrets.token_urlsafe(SECRET_BYTES)
        with self._lock:
            if _hash(code) not in self._codes:
                return None
            self._codes.remove(_hash(code))
            self._bearers.add(_hash(bearer))
        return bearer

    def allows(self, bearer: str) -> bool:
        """Return whether a bearer was given out and not taken back."""
        with self._lock:
            return _hash(bearer) in self._bearers

    def leave(self, bearer: str) -> None:
        """Take a bearer back."""
        with self._lock:
            self._bearers.discard(_hash(bearer))


def _hash(secret: str) -> str:
    return sha256_bytes(secret.encode("utf-8", "surrogatepass"))
