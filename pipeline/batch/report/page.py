"""The page over a folder of results: one HTML file, complete in itself, without a script and without a word of a transcript."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib.resources import files

from pipeline.batch.report.collect import Cell, Dyad, Folder, Session
from pipeline.batch.report.comparison import over_time
from pipeline.batch.report.markup import Html, element, joined, void
from pipeline.batch.report.sessions import name_of, session_block
from pipeline.batch.report.strips import PATTERNS, legend_cells
from pipeline.core.records import IngestIssue, Severity
from pipeline.core.wording import BandWording, Wording

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
OPEN_UP_TO = 30
"""A folder of at most so many sessions is shown with every part open."""
GROUP = 50
"""Sessions without a dyad stand in parts of so many."""


def render(folder: Folder, *, wording: Wording) -> bytes:
    """Return the page as UTF-8; the same folder gives the same bytes."""
    report = wording.report
    sections = {
        "folder": (report.folder, _folder(folder, wording=wording)),
        "legend": (report.legend, _legend(wording)),
        "dyads": (report.over_time, _dyads(folder, wording=wording)),
        "alone": (report.alone, _alone(folder, wording=wording)),
        "warnings": (report.warnings, _warnings(folder.sessions, wording=wording)),
    }
    shown = {name: section for name, section in sections.items() if section[1]}
    links = [element("li", [element("a", title, attributes={"href": f"#{name}"})]) for name, (title, _) in shown.items()]
    body = [
        PATTERNS,
        _header(wording),
        element("nav", [element("h2", report.contents), element("ul", links)]),
        element("main", [_section(name, title=title, parts=parts) for name, (title, parts) in shown.items()]),
        element("footer", [element("p", wording.common.limits_of_use), element("p", wording.common.confidential)]),
    ]
    page = element("html", [_head(wording), element("body", body)], attributes={"lang": "en-GB"})
    return f"<!doctype html>\n{page}\n".encode()


def _head(wording: Wording) -> Html:
    style = (files("pipeline.batch.report") / "page.css").read_text(encoding="utf-8")
    return element(
        "head",
        [
            void("meta", {"charset": "utf-8"}),
            void("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
            void("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            void("meta", {"name": "color-scheme", "content": "light dark"}),
            void("meta", {"name": "referrer", "content": "no-referrer"}),
            element("title", wording.report.title),
            element("style", Html(style)),
        ],
    )


def _header(wording: Wording) -> Html:
    common, report = wording.common, wording.report
    said = (common.flag, common.no_flag, common.misses, common.rupture, common.words_only, report.source)
    parts = [
        element("h1", report.title),
        element("p", [element("strong", f"{common.purpose} {common.limits_of_use}")]),
        element("h2", report.about),
        element("ul", [element("li", sentence) for sentence in said]),
        element("p", report.printing, attributes={"class": "screen note"}),
    ]
    return element("header", parts)


def _section(name: str, *, title: str, parts: Iterable[Html]) -> Html:
    return element("section", [element("h2", title, attributes={"id": name}), *parts], attributes={"aria-labelledby": name})


def _folder(folder: Folder, *, wording: Wording) -> list[Html]:
    report, counted = wording.report, wording.common.counted
    sessions = folder.sessions
    parts = []
    if sessions:
        in_dyads = counted.sessions.of(len(sessions) - len(folder.alone))
        alone = counted.sessions.of(len(folder.alone))
        parts.append(element("p", report.read.format(sessions=in_dyads, dyads=counted.dyads.of(len(folder.dyads)), alone=alone)))
    else:
        parts.append(_caution(report.none_read))
    if flagless := sum(not session.moments for session in sessions):
        parts.append(element("p", report.flagless.format(n=f"{flagless:,}", sessions=counted.sessions.of(len(sessions)))))
    parts += [_caution(sentence) for sentence in _cautions(folder, wording=wording)]
    return [*parts, *_models(sessions, wording=wording)]


def _cautions(folder: Folder, *, wording: Wording) -> Iterable[str]:
    report = wording.report
    if folder.not_read:
        reasons = Counter(file.reason(report.problems) for file in folder.not_read)
        told = ", ".join(f"{reason}: {count:,}" for reason, count in sorted(reasons.items()))
        yield report.not_read.format(files=wording.common.counted.files.of(len(folder.not_read)), reasons=told)
    sessions = folder.sessions
    ids = Counter(session.reference.transcript_id for session in sessions)
    if doubled := sum(count > 1 for count in ids.values()):
        yield report.doubled.format(n=f"{doubled:,}")
    if len(_made_by(sessions)) > 1:
        yield report.mixed_models
    if (settings := len({session.provenance.config_sha256 for session in sessions})) > 1:
        yield report.mixed_settings.format(n=f"{settings:,}")
    if unknown := sum(_is_unknown(cell, wording.common.bands) for session in sessions for cell in session.cells):
        yield report.unknown_bands.format(n=f"{unknown:,}")


def _is_unknown(cell: Cell, bands: BandWording) -> bool:
    return bands.level(cell.withdrawal) is None or bands.level(cell.confrontation) is None


def _made_by(sessions: Sequence[Session]) -> Counter[tuple[str, str, str]]:
    made = (session.provenance for session in sessions)
    return Counter((one.model_id, one.model_sha256, one.pipeline_version) for one in made)


def _models(sessions: Sequence[Session], *, wording: Wording) -> list[Html]:
    report = wording.report
    rows = [
        [name_of(model_id), element("code", sha256[:8]), version, f"{count:,}"]
        for (model_id, sha256, version), count in sorted(_made_by(sessions).items())
    ]
    heads = (report.model, report.fingerprint, report.version, report.model_sessions)
    return [element("h3", report.models), _table(heads, rows)] if rows else []


def _legend(wording: Wording) -> list[Html]:
    report, bands = wording.report, wording.common.bands
    words = ", ".join(bands.of(name) for name in type(bands).model_fields)
    sentences = (
        report.legend_cells,
        report.legend_withdrawal,
        report.legend_confrontation,
        report.legend_bands.format(bands=words),
        report.legend_moment,
    )
    cells = element("div", legend_cells(wording=wording), attributes={"class": "legend"})
    return [cells, element("ul", [element("li", sentence) for sentence in sentences])]


def _dyads(folder: Folder, *, wording: Wording) -> list[Html]:
    if not folder.dyads:
        return []
    is_open = len(folder.sessions) <= OPEN_UP_TO
    parts = [_dyad(dyad, is_open=is_open, wording=wording) for dyad in folder.dyads]
    return [element("p", wording.report.dyad_why), *parts]


def _dyad(dyad: Dyad, *, is_open: bool, wording: Wording) -> Html:
    title = [f"{wording.report.dyad} ", name_of(dyad.dyad_id)]
    body = [*_blocks(dyad.sessions, wording=wording), over_time(dyad.sessions, wording=wording)]
    return _part(title, count=len(dyad.sessions), body=body, is_open=is_open, wording=wording)


def _alone(folder: Folder, *, wording: Wording) -> list[Html]:
    sessions, is_open = folder.alone, len(folder.sessions) <= OPEN_UP_TO
    parts = []
    for first in range(0, len(sessions), GROUP):
        group = sessions[first : first + GROUP]
        ends = dict.fromkeys((group[0].reference.transcript_id, group[-1].reference.transcript_id))
        title = joined(map(name_of, ends), by=" – ")
        parts.append(_part([title], count=len(group), body=_blocks(group, wording=wording), is_open=is_open, wording=wording))
    return [element("p", wording.report.alone_why), *parts] if parts else []


def _blocks(sessions: Sequence[Session], *, wording: Wording) -> list[Html]:
    return [session_block(session, wording=wording) for session in sessions]


def _part(title: Sequence[str], *, count: int, body: Sequence[Html], is_open: bool, wording: Wording) -> Html:
    heading = element("h3", [*title, " ", element("small", wording.common.counted.sessions.of(count))])
    return element("details", [element("summary", [heading]), *body], attributes={"open": ""} if is_open else {})


def _warnings(sessions: Sequence[Session], *, wording: Wording) -> list[Html]:
    """Return the warnings of all sessions by code; a message's part after a colon belongs to one file and is left out."""
    report = wording.report
    by_code: dict[tuple[int, str], list[IngestIssue]] = defaultdict(list)
    told_in: Counter[tuple[int, str]] = Counter()
    severities = tuple(reversed(Severity))
    for session in sessions:
        for issue in session.warnings:
            by_code[severities.index(issue.severity), issue.code].append(issue)
        told_in.update({(severities.index(issue.severity), issue.code) for issue in session.warnings})
    rows = [
        [
            joined([code, " ", element("small", str(getattr(report.severity, severities[place].value)))]),
            _meaning(issues),
            f"{told_in[place, code]:,}",
            _count(issues),
        ]
        for (place, code), issues in sorted(by_code.items())
    ]
    heads = (report.warning_code, report.warning_meaning, report.warning_sessions, report.warning_count)
    return [_table(heads, rows)] if rows else [element("p", report.no_warnings)]


def _meaning(issues: Sequence[IngestIssue]) -> str:
    return min(issue.message.split(": ")[0] for issue in issues)


def _count(issues: Sequence[IngestIssue]) -> str:
    return f"{sum(issue.count for issue in issues):,}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    head = element("tr", [element("th", title, attributes={"scope": "col"}) for title in heads])
    body = [element("tr", [element("td", cell) for cell in row]) for row in rows]
    return element("table", [element("thead", [head]), element("tbody", body)])


def _caution(sentence: str) -> Html:
    return element("p", sentence, attributes={"class": "caution"})
