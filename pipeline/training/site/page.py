"""A comparison as one page, for a browser or a printer, and as lines for a terminal: no script, no asset from elsewhere."""

from __future__ import annotations

from html import escape

from pipeline.training.site.comparison import Comparison
from pipeline.training.site.gate import judge_gate
from pipeline.training.site.told import HEADINGS, finding_told, privacy_told, rows, way_told

PASSES, REFUSES = "The gate lets the new model pass.", "The gate refuses the new model:"
SOUND = "The checks of the ratings found nothing."
NEXT = "Nothing has changed yet: the current model stays until `rupture promote {model_id} --by ROLE`."
_STYLE = """
@page { size: A4; margin: 15mm; }
body { font: 10pt/1.4 Arial, "Liberation Sans", Helvetica, sans-serif; color: #000; background: #fff; max-width: 180mm; margin: 10mm auto; }
h1 { font-size: 14pt; } h2 { font-size: 11pt; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid #767676; padding: 2pt 4pt; text-align: left; }
"""


def comparison_page(comparison: Comparison) -> str:
    """Return the page as a whole HTML document."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in HEADINGS)
    body = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows(comparison))
    title = f"{comparison.challenger_id} beside {comparison.champion_id}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f"<p>{escape(way_told(comparison))}</p>\n{_list('Gate', _gate(comparison))}{_list('Ratings', _ratings(comparison))}"
        f"<h2>Figures</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"
        f"<h2>What it gives away</h2>\n<p>{escape(privacy_told(comparison.privacy))}</p>\n"
        f"<p>{escape(NEXT.format(model_id=comparison.challenger_id))}</p>\n</main>\n</body>\n</html>\n"
    )


def comparison_lines(comparison: Comparison) -> str:
    """Return the same as plain text."""
    table = [HEADINGS, *rows(comparison)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    lines = [way_told(comparison), ""]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    lines += ["", *_ratings(comparison), privacy_told(comparison.privacy), *_gate(comparison)]
    return "\n".join([*lines, NEXT.format(model_id=comparison.challenger_id)])


def _gate(comparison: Comparison) -> list[str]:
    failed = [one for one in judge_gate(comparison) if not one.met]
    return [REFUSES, *(f"{one.name}: {one.why}" for one in failed)] if failed else [PASSES]


def _ratings(comparison: Comparison) -> list[str]:
    return [finding_told(one) for one in comparison.findings] or [SOUND]


def _list(heading: str, lines: list[str]) -> str:
    return f"<h2>{escape(heading)}</h2>\n<ul>\n{''.join(f'<li>{escape(line)}</li>' for line in lines)}\n</ul>\n"
