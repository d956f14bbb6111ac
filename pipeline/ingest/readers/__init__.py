"""One module per family of formats; importing this package registers every reader and loads no third-party parser."""

from pipeline.ingest.readers import chat, elan, json_documents, json_lines, plain_text, subtitles, tables, textgrid, word
from pipeline.ingest.registry import formats as registered

__all__ = ["chat", "elan", "json_documents", "json_lines", "plain_text", "registered", "subtitles", "tables", "textgrid", "word"]
