"""One place of a session: the prompts with what was written, and the tool's side of it once it was opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.classifier.manifest import ModelManifest
from pipeline.core.records import Record
from pipeline.core.results import AnnotatedSession, CarriedBy, Moment, RuptureKind
from pipeline.core.wording import wording
from pipeline.features.compare import SUFFIX
from pipeline.review.figures import band_in_tests, missed_in_tests
from pipeline.review.fold import Place, ReviewState
from pipeline.review.notes import Chip, Note, NoteField
from pipeline.review.web.modes import Mode, decision_at, is_revealed
from pipeline.review.web.views.places import decision_in_words, highest_bands, turns_in_words
from pipeline.review.web.views.turns import HitView, hit_view

MUCH = 0.5
EARLIER_SHOWN = 4
CARRIED_SHOWN = 4
CARRIED_CHARS = 160
MAIN = (NoteField.FELT, NoteField.MANAGED)
OPTIONAL = (NoteField.CLIENT, NoteField.GOING_ON, NoteField.NEXT, NoteField.FREE)
CHIPS: Mapping[NoteField, tuple[Chip, ...]] = {
    NoteField.CLIENT: (Chip.CONFUSION, Chip.FRUSTRATION, Chip.DISENGAGEMENT, Chip.CANNOT_TELL),
    NoteField.GOING_ON: (
        Chip.MISUNDERSTOOD,
        Chip.JUDGED,
        Chip.MISCOMMUNICATION,
        Chip.HESITATION,
        Chip.BOUNDARY,
        Chip.SOMETHING_ELSE,
        Chip.WE_DO_NOT_KNOW,
    ),
    NoteField.NEXT: (Chip.ACKNOWLEDGED, Chip.WORKED_THROUGH, Chip.PICKED_UP_LATER, Chip.NOT_YET, Chip.LEFT, Chip.NOT_KNOWN),
}
"""The ready answers of each question. A person picks them; nothing ever picks one beforehand."""


class ChipView(Record):
    """Hold one ready answer and whether a person picked it."""

    chip: str
    label: str
    on: bool


class PromptView(Record):
    """Hold one question with what stands there; `main` ones are never hidden."""

    field: str
    question: str
    more: str
    text: str
    chips: tuple[ChipView, ...]
    version: int
    main: bool
    shared: bool


class CarriedView(Record):
    """Hold words, or a whole earlier turn, without which the tool would have been less sure."""

    words: str
    where: str
    how: str


class ModelView(Record):
    """Hold the tool's side of a place: words and counts, never a number with decimals."""

    bands: tuple[str, ...]
    shows: tuple[str, ...]
    markers: tuple[HitView, ...]
    carried: tuple[CarriedView, ...]
    earlier: tuple[str, ...]
    answered: str
    limits: tuple[str, ...]


class PlaceView(Record):
    """Hold one place; `model` is None until the tool's side was opened there in this mode."""

    first: int
    end: int
    title: str
    kinds: str
    decision: str | None
    revealed: bool
    prompts: tuple[PromptView, ...]
    model: ModelView | None


def place_view(
    session: AnnotatedSession,
    place: Place,
    *,
    state: ReviewState,
    mode: Mode,
    notes: Sequence[Note],
    shared: Sequence[Note],
    manifest: ModelManifest | None,
) -> PlaceView:
    """Build the panel of a place. `notes` are those of the mode's own store, `shared` tells which of them stand in the shared one."""
    moment = next((one for one in session.moments if (one.first_turn, one.end_turn) == place[1:]), None)
    revealed = is_revealed(state, place, mode=mode)
    return PlaceView(
        first=place.first_turn,
        end=place.end_turn,
        title=turns_in_words(place.first_turn, place.end_turn),
        kinds=wording().common.kinds.of(moment.kinds) if moment else wording().page.worth_a_look,
        decision=decision_in_words(decision_at(state, place, mode=mode)),
        revealed=revealed,
        prompts=tuple(_prompt(field, place, notes=notes, shared=shared) for field in (*MAIN, *OPTIONAL)),
        model=model_view(session, place, moment=moment, manifest=manifest) if revealed else None,
    )


def note_at(notes: Sequence[Note], field: NoteField, place: Place) -> Note | None:
    """Return the note that answers a question about a place."""
    return next((one for one in notes if one.key.field is field and (one.key.first_turn, one.key.end_turn) == place[1:]), None)


def is_written(note: Note | None) -> bool:
    """Return whether something stands in a note."""
    return note is not None and bool(note.text.strip() or note.chips)


def _prompt(field: NoteField, place: Place, *, notes: Sequence[Note], shared: Sequence[Note]) -> PromptView:
    question = getattr(wording().page.prompts, field.value)
    note = note_at(notes, field, place)
    chips = wording().brief.chips
    return PromptView(
        field=field.value,
        question=question.ask,
        more=question.more,
        text=note.text if note else "",
        chips=tuple(
            ChipView(chip=chip.value, label=str(getattr(chips, chip.value)), on=bool(note and chip in note.chips))
            for chip in CHIPS.get(field, ())
        ),
        version=note.version if note else 0,
        main=field in MAIN,
        shared=is_written(note_at(shared, field, place)),
    )


def model_view(session: AnnotatedSession, place: Place, *, moment: Moment | None, manifest: ModelManifest | None) -> ModelView:
    """Build the tool's side of a place, from the stored result alone."""
    page, report, common = wording().page, wording().report, wording().common
    return ModelView(
        bands=tuple(_bands(session, place, moment, manifest)),
        shows=moment.reasons if moment else (page.not_flagged,),
        markers=tuple(dict.fromkeys(hit_view(hit) for hit in moment.markers)) if moment else (),
        carried=tuple(_carried(session, place)),
        earlier=tuple(_earlier(session)),
        answered=(report.answered if moment.repair_moves else report.not_answered) if moment else "",
        limits=(missed_in_tests(manifest), common.misses, common.words_only),
    )


def _bands(session: AnnotatedSession, place: Place, moment: Moment | None, manifest: ModelManifest | None) -> Iterator[str]:
    words, common = wording().page, wording().common
    for kind, band in highest_bands(session, place).items():
        if moment is None or kind in moment.kinds:
            tested = band_in_tests(manifest, kind=kind, band=band)
            name = str(getattr(common.kinds, kind.value))
            yield words.band_of_kind.format(kind=name[:1].upper() + name[1:], band=common.bands.of(band), tested=tested)


def _carried(session: AnnotatedSession, place: Place) -> Iterator[CarriedView]:
    parts = [part for turn in session.turns[place.first_turn : place.end_turn] for part in turn.carried_by]
    strongest: dict[tuple[int, int, int], CarriedBy] = {}
    for part in sorted(parts, key=lambda one: one.share):
        strongest[(part.turn, part.start, part.end)] = part
    for part in sorted(strongest.values(), key=lambda one: (-one.share, one.turn, one.start))[:CARRIED_SHOWN]:
        yield _one_carried(session, part)


def _one_carried(session: AnnotatedSession, part: CarriedBy) -> CarriedView:
    page = wording().page
    words = (session.turns[part.turn].text or "")[part.start : part.end]
    kind = page.for_withdrawal if part.kind is RuptureKind.WITHDRAWAL else page.for_confrontation
    return CarriedView(
        words=words if len(words) <= CARRIED_CHARS else f"{words[:CARRIED_CHARS].rstrip()}…",
        where=wording().report.one_turn.format(first=part.turn),
        how=f"{page.carried_much if part.share >= MUCH else page.carried_some} {kind}",
    )


def _earlier(session: AnnotatedSession) -> Iterator[str]:
    words, names = wording().brief, wording().report.measures
    compared = [one for one in session.measures if one.name.endswith(SUFFIX) and one.value is not None]
    if not compared:
        yield words.earlier_few
        return
    edges = [one for one in compared if one.value in (0.0, 1.0)][:EARLIER_SHOWN]
    for one in edges:
        name = one.name.removesuffix(SUFFIX)
        yield words.earlier_one.format(measure=names.get(name, name), where=one.note)
    if not edges:
        yield words.earlier_usual
