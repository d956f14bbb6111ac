"""What one launch of the page holds: a folder of results, its review store, its notes, and who was let in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from pipeline.core.errors import InputError
from pipeline.core.paths import default_model_dir
from pipeline.review.notes import NoteStore, Visibility
from pipeline.review.store import ReviewStore
from pipeline.review.web.access import Access
from pipeline.review.web.library import Library
from pipeline.review.web.modes import Mode
from pipeline.review.web.scoring import Scoring


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Hold what a launch was told: `first_look` is off where the two agreed so; `model` is the folder whose tests are quoted."""

    folder: Path
    first_look: bool = True
    model: Path | None = None


class Site:
    """Hold everything that is open while the page runs; `close` closes it.

    `now` is the clock of what is stored; `on_entered` is called when a link was used.
    """

    def __init__(self, settings: SiteSettings, *, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self.now = now
        self.access = Access()
        self.on_entered: Callable[[], None] = lambda: None
        self.library = Library(settings.folder)
        if not self.library.entries():
            raise InputError(
                "REV-040", "the folder holds no results", way_out="Score transcripts first: rupture score TRANSCRIPTS --out FOLDER."
            )
        self.scoring = Scoring(settings.folder, model=settings.model)
        self._open = ExitStack()
        self._notes: dict[Visibility, NoteStore] = {}
        self._lock = threading.Lock()
        self.store = self._open.enter_context(ReviewStore(settings.folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """Return the folder of results."""
        return self.settings.folder

    @property
    def model(self) -> Path:
        """Return the model folder whose tests are quoted where its hash is the result's."""
        return self.settings.model or default_model_dir()

    def notes(self, visibility: Visibility) -> NoteStore:
        """Return a store of notes, opened when it is first asked for: a run that stays in *Together* never opens the private one."""
        with self._lock:
            if visibility not in self._notes:
                self._notes[visibility] = self._open.enter_context(NoteStore(self.folder, visibility))
            return self._notes[visibility]

    def notes_in(self, mode: Mode) -> NoteStore:
        """Return the notes that a mode writes."""
        return self.notes(Visibility.PRIVATE if mode is Mode.FIRST else Visibility.SHARED)

    def close(self) -> None:
        """Stop a scoring that runs and close the stores."""
        self.scoring.stop()
        self._open.close()
