"""The sentences of the review page: a section of the wording table."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from pipeline.core.records import Record
from pipeline.core.sentences import Counted, Plain, slots
from pipeline.core.wording_desk import BriefPageWording, LabelWording, ResolveWording, ScoringWording


class PromptWording(Record):
    """Ask one open question, and say more where there is more."""

    ask: Plain
    more: str


class RoleWording(Record):
    """Name who is speaking."""

    client: Plain
    therapist: Plain
    other: Plain
    unknown: Plain


class ModeWording(Record):
    """Name the modes and say what each is for."""

    label: Plain
    first: Plain
    first_about: Plain
    together: Plain
    together_about: Plain
    label_name: Plain
    label_about: Plain
    resolve_name: Plain
    resolve_about: Plain


class StripWording(Record):
    """Say what the strip of a session shows."""

    heading: Plain
    withdrawal: Plain
    confrontation: Plain
    as_list: Plain


class MomentWording(Record):
    """Name the list of moments and its filters."""

    heading: Plain
    filters: Plain
    kind: Plain
    status: Plain
    by: Plain
    all: Plain
    undecided: Plain
    more: Plain


class TranscriptWording(Record):
    """Name the transcript."""

    heading: Plain
    label: Plain
    marks: Plain


class PanelWording(Record):
    """Say what stands in the panel of a place."""

    decided: Plain
    undecided: Plain
    think: Plain
    private: Plain
    shared_notes: Plain
    more: Plain
    tool: Plain
    closed: Plain
    reveal: Plain
    skip: Plain
    shows: Plain
    carried: Plain
    carried_how: Plain
    earlier: Plain
    share: Plain
    shared: Plain
    nothing: Plain
    nothing_how: Plain


class PromptsWording(Record):
    """Ask the questions; the keys are those of `pipeline.review.notes.NoteField`."""

    felt: PromptWording
    managed: PromptWording
    client: PromptWording
    going_on: PromptWording
    next: PromptWording
    free: PromptWording
    question: PromptWording
    try_next: PromptWording
    helped: PromptWording


class BarWording(Record):
    """Name what can be done with a place."""

    label: Plain
    withdrawal: Plain
    confrontation: Plain
    both: Plain
    neither: Plain
    usual: Plain
    unsure: Plain
    choose: Plain
    pin: Plain
    undo: Plain
    previous: Plain
    next: Plain
    brief: Plain


class KeysWording(Record):
    """Say which keys there are."""

    open: Plain
    heading: Plain
    about: Plain
    reflect: Plain
    transcript: Plain
    arrows: Plain
    on: Plain


class LockWording(Record):
    """Say why the page is closed and how it opens."""

    lock: Plain
    heading: Plain
    how: Plain
    code: Plain
    enter: Plain
    why_first: Plain
    why_locked: Plain
    why_idle: Plain
    why_used: Plain
    gone: Plain
    again_heading: Plain
    again_about: Plain


class WindowWording(Record):
    """Offer a second window."""

    heading: Plain
    about: Plain
    open: Plain


class ConflictWording(Record):
    """Set both sides of a refused write beside each other."""

    heading: Plain
    about: Plain
    yours: Plain
    theirs: Plain
    keep_theirs: Plain
    keep_yours: Plain


class OverTimeWording(Record):
    """Say what the view over time shows."""

    open: Plain
    session: Plain
    heading: Plain
    about: Plain
    confirmed: Plain
    acknowledged: Plain
    flagged: Plain
    alone: Plain
    as_list: Plain
    measures: Plain
    measures_about: Plain
    measure: Plain
    value: Plain


class PageWording(Record):
    """Hold the sentences of the page that `rupture review` opens."""

    title: Plain
    skip_to_main: Plain
    needs_script: Plain
    all_sessions: Plain
    sessions: Plain
    other_work: Plain
    looked_at: Plain
    turns: Counted
    session_of: Annotated[str, AfterValidator(slots("n", "count"))]
    moment_band: Annotated[str, AfterValidator(slots("band"))]
    worth_a_look: Plain
    chosen: Plain
    pinned: Plain
    decided: Plain
    usual_in_short: Plain
    saved: Annotated[str, AfterValidator(slots("time"))]
    saving: Plain
    not_saved: Plain
    back: Plain
    close: Plain
    strip_label: Plain
    nothing_chosen: Plain
    first_look_off: Plain
    no_text: Plain
    warnings: Plain
    not_flagged: Plain
    band_of_kind: Annotated[str, AfterValidator(slots("kind", "band", "tested"))]
    for_withdrawal: Plain
    for_confrontation: Plain
    carried_much: Plain
    carried_some: Plain
    share: Annotated[str, AfterValidator(slots("tenths", "of"))]
    distance: Annotated[str, AfterValidator(slots("tenths"))]
    words_client: Plain
    words_therapist: Plain
    earlier_range: Annotated[str, AfterValidator(slots("low", "high"))]
    over_time_label: Plain
    over_time_few: Plain
    over_time_point: Annotated[str, AfterValidator(slots("n", "confirmed", "acknowledged", "flagged"))]
    roles: RoleWording
    modes: ModeWording
    strip: StripWording
    moments: MomentWording
    transcript: TranscriptWording
    panel: PanelWording
    prompts: PromptsWording
    bar: BarWording
    keys: KeysWording
    lock: LockWording
    window: WindowWording
    conflict: ConflictWording
    over_time: OverTimeWording
    label: LabelWording
    resolve: ResolveWording
    brief_page: BriefPageWording
    scoring: ScoringWording
