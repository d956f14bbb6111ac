"""What a run and its workers say to each other: a JSON head and plain bytes, never an object that could run code when read."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SIZES = struct.Struct(">IQ")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold one message: `head` says what it is, `body` carries a file or a result."""

    head: dict[str, Any]
    body: bytes = b""


def send(descriptor: int, frame: Frame) -> None:
    """Write a whole frame; raises `BrokenPipeError` when nobody reads any more."""
    head = json.dumps(frame.head).encode()
    for part in (_SIZES.pack(len(head), len(frame.body)) + head, frame.body):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view[:_PIECE]) :]


def receive(descriptor: int) -> Iterator[Frame]:
    """Yield frames, waiting for each, until the other side is gone."""
    buffer = FrameBuffer()
    while piece := os.read(descriptor, _PIECE):
        yield from buffer.feed(piece)


class FrameBuffer:
    """Hold the bytes that have come in so far and give out what is whole."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> list[Frame]:
        """Take bytes in and return the frames that they complete."""
        self._bytes += piece
        whole = []
        while (frame := self._next()) is not None:
            whole.append(frame)
        return whole

    def _next(self) -> Frame | None:
        if len(self._bytes) < _SIZES.size:
            return None
        head_size, body_size = _SIZES.unpack_from(self._bytes)
        body_at = _SIZES.size + head_size
        end = body_at + body_size
        if len(self._bytes) < end:
            return None
        frame = Frame(json.loads(bytes(self._bytes[_SIZES.size : body_at])), bytes(self._bytes[body_at:end]))
        del self._bytes[:end]
        return frame
