"""Reviewing scored sessions: what people decide, write and agree on. Built on results; the model never runs here.

| module | what it gives |
|---|---|
| `events` | `Draft` (what a reviewer does), `Event` (a draft in the chain), `Action`, `Reason`, `take_back` |
| `store` | `ReviewStore`: `append`, `events`, `state`, `version_for`, `verify`, `forget` over `review.sqlite` |
| `fold` | `ReviewState` and `fold`: the state of a session as a replay of its events; `Place`, `effective`, `undoable` |
| `rules` | what may not be done as things stand: undo, void, select, blind |
| `chain` | the check of a whole history, and its head file |
| `notes` | `NoteStore`: private and shared notes in files of their own, with `NoteField`, `Chip` and retention |
| `forget` | true erasure of a session or a dyad from everything in a results folder |
| `forget_everywhere` | the same for all folders of a project, with transcript files and files of ratings |
| `material` | what training takes: texts and ratings in one form |
| `results` | the scored sessions of a folder, by the hash of their text; places in them as `SegmentRef` |
| `ratings` | events as ratings, and ratings in the manual's form |
| `rating_files` | ratings as JSON Lines and CSV |
| `exchange` | export from and import into a store |
| `queue` | which segments to rate next, without a word of the model's output |
| `agreement` | kappa, alpha, AC1/AC2, ICC with intervals, and the table for a reliability section |
| `brief` | the one-page supervision brief, as Markdown and HTML |
| `figures` | what the model's tests say about a band, in words |

What can go wrong is in `errors` (`ConflictError` carries both sides; `RefusedError`; `StoreError`) and `notes.NoteConflictError`. Time is
always an argument. Nothing here groups, counts or compares by therapist or trainee, and there is no field for one.
"""
