"""Reading a session's standing and writing into the stores: what several routes share."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from pipeline.core.errors import PipelineError
from pipeline.review.errors import ConflictError, RefusedError
from pipeline.review.events import Action, Draft, Reason, take_back
from pipeline.review.figures import manifest_for
from pipeline.review.fold import Place, place_of
from pipeline.review.notes import OF_SESSION, Note, NoteConflictError, NoteKey, Visibility
from pipeline.review.web.acts import check_place, decision, step
from pipeline.review.web.answers import conflict
from pipeline.review.web.asked import AtPlace, Choose, Decide, InSession, Reveal, Share, Write
from pipeline.review.web.modes import Mode, is_revealed, segment_place
from pipeline.review.web.site import Site
from pipeline.review.web.views.place import MAIN, OPTIONAL, PlaceView, is_written, note_at, place_view
from pipeline.review.web.views.places import reading_in_words
from pipeline.review.web.views.review import ReviewView, Standing, review_view
from pipeline.review.web.views.session import turns_of_place


def standing(site: Site, session_id: str, mode: Mode) -> Standing:
    """Return a session with its review in a mode; raises `MissingError` for an unknown id, `RefusedError` for a mode that is off."""
    if mode is Mode.FIRST and not site.settings.first_look:
        raise RefusedError("WEB-032", "the first look is switched off for this launch")
    session = site.library.session(session_id)
    return Standing(session, site.store.state(session_id), mode, site.settings.first_look)


def panel(site: Site, found: Standing, place: Place) -> PlaceView:
    """Return the panel of a place in a mode."""
    check_place(found.session, place.first_turn, place.end_turn)
    session_id = found.session.transcript.text_sha256
    return place_view(
        found.session,
        place,
        state=found.state,
        mode=found.mode,
        notes=notes_of(site, session_id, found.mode),
        shared=site.notes(Visibility.SHARED).of_session(session_id),
        manifest=manifest_for(found.session, site.model),
    )


def notes_of(site: Site, session_id: str, mode: Mode) -> tuple[Note, ...]:
    """Return the notes that a mode reads: the trainee's private ones, or the shared ones. Each mode opens its own file only."""
    return site.notes_in(mode).of_session(session_id, reviewer=mode.reviewer)


def decide(site: Site, session_id: str, asked: Decide) -> ReviewView:
    """Store a decision; raises `ConflictError` when another window of the same people was faster."""
    found, place = _at(site, session_id, asked)
    revealed = is_revealed(found.state, place, mode=asked.mode)
    draft = decision(found.session, place, reading=asked.reading, mode=asked.mode, revealed=revealed, seconds=asked.seconds)
    site.store.append(draft, based_on=asked.based_on, now=site.now())
    return after(site, session_id, asked.mode, place=place)


def choose(site: Site, session_id: str, asked: Choose) -> ReviewView:
    """Choose a place for supervision, or take one's own choice back."""
    found, place = _at(site, session_id, asked)
    own = [one for one in found.state.selected if place_of(one) == place]
    if asked.chosen and not own:
        site.store.append(step(found.session, place, action=Action.SELECT, mode=asked.mode), based_on=asked.based_on, now=site.now())
    if not asked.chosen and own:
        mine = next((one for one in own if one.reviewer_role_id == asked.mode.reviewer), None)
        if mine is None:
            raise RefusedError("WEB-033", "this moment was chosen in the first look", way_out="Take it back there.")
        draft = take_back(mine, action=Action.VOID, reason_code=Reason.CHANGED_MIND)
        site.store.append(draft, based_on=asked.based_on, now=site.now())
    return after(site, session_id, asked.mode, place=place)


def undo(site: Site, session_id: str, asked: InSession) -> ReviewView:
    """Take back the latest step of this mode's reviewer; the panel then shows the place that it was about."""
    found = standing(site, session_id, asked.mode)
    steps = found.state.undoable.get(asked.mode.reviewer, ())
    if not steps:
        raise RefusedError("REV-021", "there is nothing to undo")
    target = next(event for event in site.store.events(session_id, reviewer=asked.mode.reviewer) if event.event_id == steps[-1])
    site.store.append(take_back(target, action=Action.UNDO), based_on=asked.based_on, now=site.now())
    return after(site, session_id, asked.mode, place=place_of(target))


def reveal(site: Site, session_id: str, asked: Reveal) -> ReviewView:
    """Open the tool's side of a place: only after something was written there, or when writing was skipped."""
    found, place = _at(site, session_id, asked)
    if not is_revealed(found.state, place, mode=asked.mode):
        notes = notes_of(site, session_id, asked.mode)
        written = any(is_written(note_at(notes, field, place)) for field in (*MAIN, *OPTIONAL))
        if not written and not asked.skip:
            raise RefusedError("WEB-034", "nothing was written yet", way_out="Write something first, or skip.")
        reason = Reason.WRITTEN if written else Reason.SKIPPED
        drafts = [
            step(found.session, place, action=Action.REFLECT, mode=asked.mode, reason=reason),
            step(found.session, place, action=Action.REVEAL, mode=asked.mode),
        ]
        # Opening overwrites nothing, so it is based on whatever stands there now.
        site.store.append_all(drafts, based_on=site.store.version_for(drafts[0]), now=site.now())
    return after(site, session_id, asked.mode, place=place, opened=True)


def write_note(site: Site, session_id: str, asked: Write) -> Note:
    """Store a note in the mode's own store."""
    found = standing(site, session_id, asked.mode)
    if asked.field in OF_SESSION:
        store, key = site.notes(Visibility.SHARED), NoteKey(text_sha256=session_id, field=asked.field)
    else:
        check_place(found.session, asked.first, asked.end)
        store = site.notes_in(asked.mode)
        key = NoteKey(
            text_sha256=session_id, first_turn=asked.first, end_turn=asked.end, field=asked.field, reviewer_role_id=asked.mode.reviewer
        )
    return store.write(key, asked.text, based_on=asked.based_on, now=site.now(), chips=asked.chips)


def share_note(site: Site, session_id: str, asked: Share) -> Note:
    """Copy a private note into the shared ones; raises `NoteConflictError` where another text stands there."""
    place = segment_place(asked.first, asked.end)
    private = note_at(notes_of(site, session_id, Mode.FIRST), asked.field, place)
    if private is None or not is_written(private):
        raise RefusedError("WEB-035", "there is nothing to share yet")
    shared = note_at(site.notes(Visibility.SHARED).of_session(session_id), asked.field, place)
    if shared is not None and shared.text == private.text and shared.chips == private.chips:
        return shared
    if is_written(shared):
        raise NoteConflictError(offered=private.text, stored=shared)
    key = private.key.model_copy(update={"reviewer_role_id": Mode.TOGETHER.reviewer})
    return site.notes(Visibility.SHARED).write(
        key, private.text, based_on=shared.version if shared else 0, now=site.now(), chips=private.chips
    )


def after(site: Site, session_id: str, mode: Mode, *, place: Place, opened: bool = False) -> ReviewView:
    """Return what a page shows once something was stored."""
    found = standing(site, session_id, mode)
    turns = turns_of_place(found, place) if opened else ()
    return review_view(found, saved=site.now(), turns=turns, place=panel(site, found, place))


def told_conflict(error: PipelineError, *, place: Place | None = None) -> Response:
    """Answer a refused write with both sides, as far as its writer may see them."""
    if isinstance(error, NoteConflictError):
        return conflict(error, offered=error.offered, stored=error.stored.text if error.stored else "", here=True)
    if isinstance(error, ConflictError):
        here = [event for event in error.stored if place is None or place_of(event)[1:] == place[1:]]
        return conflict(error, offered=_steps(error.offered), stored=_steps(here), here=bool(here))
    raise error


def _at(site: Site, session_id: str, asked: AtPlace) -> tuple[Standing, Place]:
    found = standing(site, session_id, asked.mode)
    check_place(found.session, asked.first, asked.end)
    return found, segment_place(asked.first, asked.end)


def _steps(steps: Sequence[Draft]) -> str:
    said = [reading_in_words(one.judgement, one.reason_code) for one in steps if not one.judgement.is_empty]
    return "; ".join(said)
