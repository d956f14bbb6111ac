"""The site folder: where each dyad stands, and the frozen test set. Both only grow; neither holds a word or a dyad's code.

A dyad is known by a hash with the site's own key, so that a short code cannot be guessed from a model that is shared.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.core.canonical import canonical_json, write_atomic
from pipeline.core.errors import InputError
from pipeline.core.records import Index, Record, Sha256
from pipeline.training.config import RetrainSettings
from pipeline.training.site.sessions import SiteSession

SITE_FILE = "site.json"
Mean = Annotated[float, Field(ge=0, le=3)]


class Place(StrEnum):
    """Name what a dyad's sessions serve for; once given, a place stays."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class FrozenSession(Record):
    """Hold one test session as it was rated when it was frozen: turn, mean withdrawal and mean confrontation of each client turn."""

    text_sha256: Sha256
    dyad: Sha256
    rated: tuple[tuple[Index, Mean, Mean], ...]


class Site(Record):
    """Hold what a site keeps between retrainings; `forgotten` are dyads of which only this hash is left."""

    key: Sha256
    places: Mapping[Sha256, Place] = {}
    frozen: tuple[FrozenSession, ...] = ()
    forgotten: tuple[Sha256, ...] = ()

    def dyad(self, dyad_id: str) -> str:
        """Return what a dyad is known by here."""
        return hmac.new(bytes.fromhex(self.key), dyad_id.encode("utf-8"), hashlib.sha256).hexdigest()


def read_site(folder: Path, *, new_key: str) -> Site:
    """Read a site folder; a new one begins with `new_key`, 64 hexadecimal digits drawn by the caller."""
    path = folder / SITE_FILE
    if not path.is_file():
        return Site(key=new_key)
    try:
        return Site.model_validate_json(path.read_bytes())
    except ValidationError:
        raise InputError("SIT-001", "the site's file cannot be read", place=SITE_FILE, way_out="Restore it from a backup.") from None


def write_site(site: Site, *, folder: Path) -> None:
    """Write a site whole or not at all."""
    write_atomic(folder / SITE_FILE, canonical_json(site, places=6))


def extend_site(site: Site, sessions: Sequence[SiteSession], *, settings: RetrainSettings) -> Site:
    """Return the site with new dyads dealt out and new test sessions frozen; what stood there stands unchanged.

    A dyad whose sessions were all rated blind and whole may go to the test set. The place follows from the dyad's hash alone, so that
    forgetting one dyad moves no other; only where the test set would be empty, the lowest hash that may go there does. Once in training,
    a dyad never gets into the test set, whoever rates it again.
    """
    by_dyad: dict[str, list[SiteSession]] = {}
    for one in sessions:
        by_dyad.setdefault(site.dyad(one.session.dyad_id), []).append(one)
    new_dyads = sorted(set(by_dyad) - set(site.places))
    testable = [dyad for dyad in new_dyads if all(one.is_blind_and_whole for one in by_dyad[dyad])]
    places = dict(site.places) | {dyad: _place(dyad, may_test=dyad in testable, settings=settings) for dyad in new_dyads}
    if testable and Place.TEST not in places.values():
        places[testable[0]] = Place.TEST
    known = {one.text_sha256 for one in site.frozen}
    new = [
        _freeze(one, dyad=dyad)
        for dyad in sorted(by_dyad)
        if places[dyad] is Place.TEST
        for one in sorted(by_dyad[dyad], key=lambda one: one.text_sha256)
        if one.is_blind_and_whole and one.text_sha256 not in known
    ]
    return site.model_copy(update={"places": places, "frozen": (*site.frozen, *new)})


def _place(dyad: str, *, may_test: bool, settings: RetrainSettings) -> Place:
    share = int(dyad[:8], 16) / 16**8
    if share < settings.test:
        return Place.TEST if may_test else Place.TRAIN
    return Place.VALIDATION if share < settings.test + settings.validation else Place.TRAIN


def _freeze(one: SiteSession, *, dyad: str) -> FrozenSession:
    values = one.blind_means
    turns = [turn for turn, client in enumerate(one.session.client) if client]
    rated = tuple((turn, round(float(values[turn, 0]), 6), round(float(values[turn, 1]), 6)) for turn in turns)
    return FrozenSession(text_sha256=one.text_sha256, dyad=dyad, rated=rated)


def forget_in_site(site: Site, dyad_id: str) -> Site:
    """Return the site without a dyad: its place and its frozen sessions go, its hash stays."""
    gone = site.dyad(dyad_id)
    return site.model_copy(
        update={
            "places": {dyad: place for dyad, place in site.places.items() if dyad != gone},
            "frozen": tuple(one for one in site.frozen if one.dyad != gone),
            "forgotten": tuple(sorted({*site.forgotten, gone})),
        }
    )
