"""XML without document types: any DOCTYPE is refused before a single entity could be declared."""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

from pipeline.ingest.codes import IngestCode


def guarded_parser() -> expat.XMLParserType:
    """Return an expat parser that raises `InputError` at a DOCTYPE, in whatever encoding it comes."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    return parser


def feed(parser: expat.XMLParserType, content: bytes) -> None:
    """Parse the whole of `content`; raise `InputError` with the line when it is not well-formed."""
    try:
        parser.Parse(content, True)  # noqa: FBT003, positional-only
    except expat.ExpatError as error:
        raise IngestCode.BROKEN_XML.error(place=f"line {error.lineno}") from None
    except (LookupError, ValueError):
        raise IngestCode.BROKEN_XML.error(detail="an encoding that is not known") from None


def _refuse(*_declaration: object) -> NoReturn:
    raise IngestCode.DOCTYPE.error()
