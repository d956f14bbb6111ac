"""Try to break the review store: many writers at once, stale writes, kills, and edits behind its back.

Prints one row a trial with what was tried and how often it went wrong; exits 1 when anything did. Full size:

    python scripts/review_faults.py --seeds 20 --json review_faults.json

The suite runs it small (tests/integration/test_review_faults.py).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.core.ratings import Judgement, SegmentRef
from pipeline.review.errors import ConflictError, RefusedError, StoreError
from pipeline.review.events import DECISIONS, RATING_ACTIONS, UNDOABLE, Action, Draft, Event, Reason, take_back
from pipeline.review.fold import UNDO_DEPTH, fold, place_of
from pipeline.review.rows import COLUMNS
from pipeline.review.store import STORE_NAME, ReviewStore

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
REVIEWERS = ("pair", "pair", "rater_a", "rater_a", "rater_b", "trainee", "supervisor", "rater_c")
"""Who the processes act as, in turn: some share a role, so that they meet."""
SESSIONS = tuple(hashlib.sha256(name).hexdigest() for name in (b"one", b"two", b"three"))
PLACES = 12
IN_USE = "REV-001"
Row = tuple[str, int, int]


def draft_of(action: Action, *, reviewer: str, session: str, place: int, rng: random.Random) -> Draft:
    strength = rng.randrange(1, 4)
    judgement = {Action.REJECT: Judgement(w=0, c=0), Action.CONFIRM: Judgement(w=strength, c=0)}.get(
        action, Judgement(w=rng.randrange(4), c=rng.randrange(4)) if action in DECISIONS else Judgement()
    )
    return Draft(
        action=action,
        reviewer_role_id=reviewer,
        ref=SegmentRef(text_sha256=session, first_turn=2 * place, end_turn=2 * place + 2),
        guideline_version="2",
        judgement=judgement,
        reason_code=Reason.WRITTEN if action is Action.REFLECT else None,
        model_sha256_seen="9" * 64 if action is Action.REVEAL else None,
    )


def random_draft(store: ReviewStore, *, reviewer: str, rng: random.Random) -> Draft | None:
    """Return something this reviewer could do now; None when there is nothing of the kind that was drawn."""
    session = rng.choice(SESSIONS)
    action = rng.choice((*DECISIONS, Action.RELABEL, Action.UNDO, Action.UNDO, Action.VOID, Action.SELECT, Action.REVEAL, Action.REFLECT))
    if action not in (Action.UNDO, Action.VOID):
        return draft_of(action, reviewer=reviewer, session=session, place=rng.randrange(PLACES), rng=rng)
    events = store.events(session, reviewer=reviewer)
    steps = fold(events).undoable.get(reviewer, ())
    if not steps:
        return None
    wanted = steps[-1] if action is Action.UNDO else rng.choice(steps)
    target = next(event for event in events if event.event_id == wanted)
    if action is Action.VOID and target.action is Action.VOID:
        return None
    return take_back(target, action=action, reason_code=Reason.CHANGED_MIND if action is Action.VOID else None)


def act(folder: str, *, reviewer: str, seed: int, actions: int, out: str, start: Any) -> None:
    """Act `actions` times in a process of its own, and write down what the store acknowledged."""
    rng = random.Random(seed)
    acknowledged, conflicts, busy = [], 0, 0
    with ReviewStore(Path(folder)) as store:
        start.wait()
        while len(acknowledged) < actions:
            draft = random_draft(store, reviewer=reviewer, rng=rng)
            if draft is None:
                continue
            base = store.version_for(draft)
            if rng.random() < 0.5:
                time.sleep(rng.random() / 200)  # somebody thinks, and somebody else is faster
            try:
                acknowledged.append(store.append(draft, based_on=base, now=NOW).event_id)
            except ConflictError:
                conflicts += 1
            except RefusedError:
                continue
            except StoreError as error:
                if error.code != IN_USE:
                    raise
                busy += 1  # said, and nothing stored; a person would try again
    told = {"acknowledged": acknowledged, "conflicts": conflicts, "busy": busy}
    Path(out).write_text(json.dumps(told), encoding="utf-8")


def at_once(folder: Path, *, processes: int, actions: int, seed: int) -> Iterator[Row]:
    """Let several processes act on one store; nothing acknowledged may be lost, and the state must be what a slow replay says."""
    ReviewStore(folder).close()
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes)
    outs = [folder / f"acknowledged-{number}.json" for number in range(processes)]
    running = [
        context.Process(
            target=act,
            args=(str(folder),),
            kwargs={
                "reviewer": REVIEWERS[number % len(REVIEWERS)],
                "seed": 1_000 * seed + number,
                "actions": actions,
                "out": str(out),
                "start": start,
            },
        )
        for number, out in enumerate(outs)
    ]
    for step in ("start", "join"):
        for process in running:
            getattr(process, step)()
    told = [json.loads(out.read_text(encoding="utf-8")) for out in outs if out.exists()]
    acknowledged = [event_id for one in told for event_id in one["acknowledged"]]
    with ReviewStore(folder) as store:
        events = {session: store.events(session) for session in SESSIONS}
        stored = [event.event_id for found in events.values() for event in found]
        problems = len(store.verify().problems)
    lost = len(set(acknowledged) ^ set(stored)) + (len(stored) - len(set(stored))) + processes * actions - len(acknowledged)
    wrong = sum(slow_replay(found) != quick_state(found) for found in events.values())
    yield f"{processes} processes x {actions} actions: acknowledged and lost, doubled or unasked", len(acknowledged), lost
    yield "  sessions whose state is not what a slow replay says", len(events), wrong
    yield "  histories that are not whole", 1, min(1, problems)
    conflicts, busy = (sum(one[name] for one in told) for name in ("conflicts", "busy"))
    print(f"    (refused on the way: {conflicts:,} stale writes, {busy:,} that waited too long for the others)")


State = tuple[dict[tuple[str, object], str], dict[object, str], list[str]]


def quick_state(events: Sequence[Event]) -> State:
    state = fold(events)
    ratings = {(reviewer, place): event.event_id for reviewer, places in state.ratings.items() for place, event in places.items()}
    return ratings, {place: event.event_id for place, event in state.consensus.items()}, [event.event_id for event in state.selected]


def slow_replay(events: Sequence[Event]) -> State:
    """Replay step by step, with stacks of what each step put in the place of what: no line of it is shared with the fold."""
    gone: set[str] = set()
    stacks: dict[tuple[str, object], list[Event]] = defaultdict(list)
    chosen: list[Event] = []
    for event in events:
        if event.action is Action.UNDO:
            target = next(one for one in events if one.event_id == event.target_event_id)
            gone.add(target.event_id)
            if target.action is Action.VOID and target.target_event_id:
                gone.discard(target.target_event_id)
        elif event.action is Action.VOID and event.target_event_id:
            gone.add(event.target_event_id)
        elif event.action in DECISIONS:
            stacks["" if event.action is Action.ADJUDICATE else event.reviewer_role_id, place_of(event)].append(event)
        elif event.action is Action.SELECT:
            chosen.append(event)
    top = {key: next((event.event_id for event in reversed(stack) if event.event_id not in gone), None) for key, stack in stacks.items()}
    ratings = {key: event_id for key, event_id in top.items() if key[0] and event_id}
    consensus = {key[1]: event_id for key, event_id in top.items() if not key[0] and event_id}
    return ratings, consensus, [event.event_id for event in chosen if event.event_id not in gone]


def stale(folder: Path, *, writes: int, rng: random.Random) -> Iterator[Row]:
    """Write each time on a version that somebody has overtaken; each must be refused with both sides."""
    failures = 0
    with ReviewStore(folder) as store:
        for _ in range(writes):
            place = rng.randrange(PLACES)
            late = draft_of(Action.RELABEL, reviewer="pair", session=SESSIONS[0], place=place, rng=rng)
            base = store.version_for(late)
            first = draft_of(Action.RELABEL, reviewer="pair", session=SESSIONS[0], place=place, rng=rng)
            event = store.append(first, based_on=base, now=NOW)
            try:
                store.append(late, based_on=base, now=NOW)
                failures += 1
            except ConflictError as conflict:
                failures += (conflict.offered, conflict.stored) != ((late,), (event,))
            failures += store.events(SESSIONS[0])[-1] != event
    yield "stale writes that were not refused, or without both sides", writes, failures


_WRITER = """
import sys
sys.path.insert(0, {root!r})
from scripts.review_faults import writer
writer({folder!r})
"""


def writer(folder: str) -> None:
    """Rate for ever, saying each event's id only once the store has acknowledged it."""
    rng = random.Random(0)
    with ReviewStore(Path(folder)) as store:
        while True:
            draft = draft_of(Action.RELABEL, reviewer="rater_a", session=SESSIONS[0], place=rng.randrange(PLACES), rng=rng)
            print(store.append(draft, based_on=store.version_for(draft), now=NOW).event_id, flush=True)


def killed(folder: Path, *, kills: int, rng: random.Random) -> Iterator[Row]:
    """Kill a writer again and again at a random moment; whatever it had acknowledged must be there, and the history whole."""
    root = str(Path(__file__).resolve().parent.parent)
    acknowledged: list[str] = []
    broken = 0
    for _ in range(kills):
        command = [sys.executable, "-c", _WRITER.format(root=root, folder=str(folder))]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        acknowledged.append(process.stdout.readline().strip())  # type: ignore[union-attr]
        time.sleep(rng.random() / 4)
        process.send_signal(signal.SIGKILL)
        acknowledged += process.communicate()[0].split("\n")[:-1]
        with ReviewStore(folder) as store:
            broken += bool(store.verify().problems)
    with ReviewStore(folder) as store:
        stored = {event.event_id for event in store.events(SESSIONS[0])}
    yield f"decisions acknowledged before {kills} kills, and lost", len(acknowledged), len(set(acknowledged) - stored)
    yield "  histories that are not whole after a kill", kills, broken


def edited(folder: Path, *, entries: int, changes: int, rng: random.Random) -> Iterator[Row]:
    """Edit, delete, swap and empty entries behind the store's back, and cut off its end; each must be found."""
    with ReviewStore(folder) as store:
        rows = [
            draft_of(Action.RELABEL, reviewer="rater_a", session=SESSIONS[0], place=rng.randrange(PLACES), rng=rng) for _ in range(entries)
        ]
        store.append_all(rows, based_on=0, now=NOW)
    missed = sum(not problems_after(folder, random_change(entries, rng)) for _ in range(changes))
    yield f"edits, deletions and swaps among {entries:,} entries that were not found", changes, missed
    cuts = sorted({1, 2, entries // 2, entries})
    kept = sum(not problems_after(folder, lambda raw, cut=cut: delete_from(raw, entries - cut)) for cut in cuts)
    yield "  ends cut off that were not found", len(cuts), kept


def random_change(entries: int, rng: random.Random) -> Callable[[sqlite3.Connection], object]:
    one, other = rng.sample(range(1, entries + 1), 2)
    column = rng.choice([name for name in COLUMNS if name not in ("codes", "contributions", "erased_event_ids")])
    number = column in ("first_turn", "end_turn", "w", "c", "overall", "unsure", "confidence", "assisted", "blind") or "seconds" in column
    value: object = 7 if number or column == "revealed_before_decision" else "changed"
    emptied = ", ".join(f"{name} = NULL" for name in COLUMNS[2:])
    return rng.choice(
        (
            lambda raw: raw.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (value, one)),  # noqa: S608
            lambda raw: raw.execute("DELETE FROM events WHERE seq = ?", (one,)),
            lambda raw: raw.executescript(
                f"UPDATE events SET seq = 0 WHERE seq = {one}; UPDATE events SET seq = {one} WHERE seq = {other};"  # noqa: S608
                f"UPDATE events SET seq = {other} WHERE seq = 0;"
            ),
            lambda raw: raw.execute(f"UPDATE events SET {emptied} WHERE seq = ?", (one,)),  # noqa: S608
        )
    )


def delete_from(raw: sqlite3.Connection, last: int) -> None:
    raw.execute("DELETE FROM events WHERE seq > ?", (last,))


def problems_after(folder: Path, change: Callable[[sqlite3.Connection], object]) -> tuple[str, ...]:
    copy = folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    with sqlite3.connect(copy / STORE_NAME, isolation_level=None) as raw:
        raw.executescript("DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted")
        change(raw)
    raw.close()
    with ReviewStore(copy) as store:
        return store.verify().problems


def undone(folder: Path, *, rng: random.Random) -> Iterator[Row]:
    """Undo as deep as it goes, from two connections in turn; the state must equal the replay at each step."""
    wrong = 0
    with ReviewStore(folder) as one, ReviewStore(folder) as two:
        for _ in range(UNDO_DEPTH + 10):
            action = rng.choice(sorted(RATING_ACTIONS & UNDOABLE))
            draft = draft_of(action, reviewer="rater_a", session=SESSIONS[0], place=rng.randrange(PLACES), rng=rng)
            one.append(draft, based_on=one.version_for(draft), now=NOW)
        for number in range(UNDO_DEPTH):
            tab = (one, two)[number % 2]
            events = tab.events(SESSIONS[0])
            target = next(event for event in events if event.event_id == fold(events).undoable["rater_a"][-1])
            undo = take_back(target, action=Action.UNDO)
            tab.append(undo, based_on=tab.version_for(undo), now=NOW)
            found = two.events(SESSIONS[0])
            wrong += one.events(SESSIONS[0]) != found or slow_replay(found) != quick_state(found)
        wrong += bool(fold(one.events(SESSIONS[0])).undoable["rater_a"])
    yield "undo, one step after the other from two tabs: states that are not the replay", UNDO_DEPTH, wrong


def trials(folder: Path, args: argparse.Namespace) -> Iterator[Row]:
    rng = random.Random(args.seed)
    for seed in range(args.seeds):
        yield from at_once(folder / f"at-once-{seed}", processes=args.processes, actions=args.actions, seed=args.seed + seed)
    yield from stale(folder / "stale", writes=args.stale, rng=rng)
    yield from undone(folder / "undone", rng=rng)
    yield from killed(folder / "killed", kills=args.kills, rng=rng)
    yield from edited(folder / "edited", entries=args.entries, changes=args.changes, rng=rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (
        ("processes", 8),
        ("actions", 500),
        ("seeds", 1),
        ("stale", 200),
        ("kills", 100),
        ("entries", 1_000),
        ("changes", 100),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=0, help="where the random numbers begin")
    parser.add_argument("--json", type=Path, help="write the rows here")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for what, tried, failed in trials(Path(name), args):
            rows.append({"what": what.strip(), "tried": tried, "failed": failed})
            print(f"{failed:>6} of {tried:>7,}  {what}", flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if any(row["failed"] for row in rows) else 0)


if __name__ == "__main__":
    main()
