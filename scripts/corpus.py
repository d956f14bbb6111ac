"""Keep the authored corpus: take in drafts, check it, print its figures, deal out the frozen splits.

Examples:
  python scripts/corpus.py add DRAFT.txt ...    take in annotated drafts (form: pipeline/training/corpus/drafts.py)
  python scripts/corpus.py amend                apply amendments.jsonl to the first ratings; both versions are kept
  python scripts/corpus.py check                form, episodes, shared wording; exit 1 when anything is wrong
  python scripts/corpus.py stats [--real DIR]   figures, beside those of a folder of real rated sessions where there is one
  python scripts/corpus.py split                give new sessions their place; places once given stay
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.training.corpus.amend import amended, read_amendments
from pipeline.training.corpus.checks import problems, reading_problems
from pipeline.training.corpus.drafts import read_draft
from pipeline.training.corpus.figures import STYLE_CEILING, agreement, figures, lengths, shortfalls, style_gap
from pipeline.training.corpus.splits import extend_splits, read_frozen, write_splits
from pipeline.training.corpus.store import RATINGS_A, SESSIONS, read_corpus, write_ratings, write_sessions

ROOT = Path(__file__).resolve().parent.parent


def add(folder: Path, drafts: list[Path]) -> int:
    existing = (folder / SESSIONS).is_file()
    corpus = read_corpus(folder) if existing else None
    sessions = dict(corpus.sessions) if corpus else {}
    ratings = dict(corpus.first) if corpus else {}
    refused = 0
    for draft in drafts:
        try:
            session, rating = read_draft(draft.read_text(encoding="utf-8"))
        except (InputError, ValueError) as error:
            print(f"{draft.stem}: {error if isinstance(error, InputError) else 'a header is wrong'}")
            refused += 1
            continue
        sessions[session["session"]], ratings[session["session"]] = session["turns"], rating
    write_sessions(folder, sessions)
    write_ratings(folder / RATINGS_A, ratings)
    print(f"{len(drafts) - refused} drafts taken in, {refused} refused; {len(sessions)} sessions in {folder.name}")
    return 1 if refused else 0


def amend(folder: Path) -> int:
    corpus = read_corpus(folder)
    changes = read_amendments(folder)
    ratings = dict(corpus.first)
    for name in sorted({change.session for change in changes}):
        own = [change for change in changes if change.session == name]
        ratings[name] = amended(ratings[name], own, turns=corpus.sessions[name])
    write_ratings(folder / RATINGS_A, ratings)
    print(f"{len(changes)} amendments stand in the first ratings")
    return 0


def check(folder: Path) -> int:
    corpus = read_corpus(folder)
    found = [*problems(corpus), *reading_problems(folder / SESSIONS, corpus)]
    print("\n".join(found) or "The corpus is in order.")
    return 1 if found else 0


def stats(folder: Path, real: Path) -> int:
    corpus = read_corpus(folder)
    found = figures(corpus)
    found["agreement"] = agreement(corpus) if corpus.second else None
    found["splits"] = {name: len(ids) for name, ids in read_frozen(folder).items()}
    if (real / SESSIONS).is_file():
        other = read_corpus(real)
        gap = style_gap(corpus, other)
        found["real"] = {"lengths": lengths(other), "style_auroc": round(gap, 3), "style_auroc_ceiling": STYLE_CEILING}
    found["below_floor"] = shortfalls(found)
    print(json.dumps(found, indent=1))
    return 0


def split(folder: Path) -> int:
    corpus = read_corpus(folder)
    splits = extend_splits(read_frozen(folder), plan=corpus.plan, sessions=corpus.sessions)
    write_splits(folder, splits)
    print({name: len(ids) for name, ids in splits.items()})
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["add", "amend", "check", "stats", "split"])
    parser.add_argument("drafts", nargs="*", type=Path)
    parser.add_argument("--corpus", type=Path, default=ROOT / "data" / "corpus")
    parser.add_argument("--real", type=Path, default=ROOT.parent / "shared" / "real-dev")
    args = parser.parse_args()
    verbs = {
        "add": lambda: add(args.corpus, args.drafts),
        "amend": lambda: amend(args.corpus),
        "check": lambda: check(args.corpus),
        "stats": lambda: stats(args.corpus, args.real),
        "split": lambda: split(args.corpus),
    }
    sys.exit(verbs[args.verb]())


if __name__ == "__main__":
    main()
