"""Draw the grid of the authored corpus: one row a session, every axis dealt from a shuffled deck.

Dealing from decks (each value used up before it comes again) balances every axis and keeps any two rows from asking for
the same session. The rows say what to write; they never hold a sentence to write.

Two grids make up `data/corpus/plan.csv`. The first (v001 on) spreads wide. The second (x001 on) is aimed at where error analysis on
real sessions showed the first one thin: short text chats with untrained helpers, brief health interviews (many of them lectures), a
chatbot with smokers, and recorded demonstrations of therapy, most of them calm.

The third (y001 and z001 on) pairs surfaces: one way of talking, once as a strain and once as calm work, since the errors that were
left were mostly calm words read as strain and the other way round.

Examples:
  python scripts/plan_corpus.py --sessions 432 --seed 7 --out data/corpus/plan.csv
  python scripts/plan_corpus.py --grid aimed --sessions 400 --seed 11 --append --out data/corpus/plan.csv
  python scripts/plan_corpus.py --grid paired --sessions 240 --seed 13 --append --out data/corpus/plan.csv
  python scripts/plan_corpus.py --grid paired --prefix z --sessions 180 --seed 17 --append --out data/corpus/plan.csv
"""

from __future__ import annotations

import argparse
import csv
import random
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

SETTINGS = {
    "peer support chat, untrained volunteer helper": 44,
    "crisis and emotional support text line": 22,
    "text chat with a counsellor, weekly": 22,
    "chatbot counsellor with a smoker": 22,
    "motivational interviewing, alcohol or drugs": 30,
    "health counselling (diabetes, diet, dental, medication, exercise)": 34,
    "school or youth worker, brief motivational talk": 18,
    "mandated client (probation, court, employer)": 26,
    "individual psychotherapy, CBT": 38,
    "individual psychotherapy, psychodynamic": 28,
    "individual psychotherapy, person-centred": 26,
    "individual psychotherapy, DBT": 16,
    "individual psychotherapy, ACT": 14,
    "individual psychotherapy, integrative": 22,
    "individual psychotherapy, EMDR-informed": 10,
    "trainee's first placement": 24,
    "student counselling": 16,
    "older adult counselling": 12,
    "adolescent psychotherapy": 18,
}
CHAT = ("chat", "text line", "chatbot")
PROBLEMS = """low mood after redundancy|panic on public transport|drinking after work|breakup with a partner who moved on
grief for a parent|grief for a pet nobody takes seriously|insomnia|exam stress|loneliness in a new city
smoking and failed quit attempts|cannabis every evening|anger at home|conflict with a teenage child|type 2 diabetes and diet
missed medication|chronic back pain|binge eating|restricting food|self-harm urges, currently safe|social anxiety
health anxiety|intrusive thoughts|checking and washing|childhood neglect|bullying at school|gaming and school refusal
gambling|debt|job interview fears|burnout in care work|caring for a parent with dementia|infertility treatment
new baby and exhaustion|divorce proceedings|affair discovered|jealousy|coming out to family|racism at work
migration and homesickness|asylum waiting|prison release|driving ban|anger at a manager|perfectionism
procrastination on a thesis|body image|stroke recovery|cancer follow-up fear|retirement and emptiness|estranged siblings
assault, years ago|road accident flashbacks|stammering and shame|late autism diagnosis|ADHD and lost jobs
friendship that ended|being the only one who copes|neighbours and noise|work from home isolation
religious doubt and family|dental fear|blood pressure and salt|knee pain and exercise|vaping at fifteen
pandemic-time anxiety|partner who drinks"""
SPEECH = ["terse", "wordy", "wry", "formal", "second-language", "regional", "neurodivergent", "chatty", "halting", "plain",
          "flat and tired", "fast and jumpy"]  # fmt: skip
THERAPIST = ["attuned", "average", "average", "clumsy", "clumsy", "pressing", "pressing", "cold", "over-warm", "wooden, by the book"]
LIVES = """night-shift baker|bus driver|retired welder|second-year nursing student|hairdresser with own chair|warehouse picker
primary school teacher|software tester|vicar's spouse|sixth-former|fishmonger|call-centre team lead|farmer's daughter
army veteran, now security guard|violin teacher|unemployed plasterer|pharmacy assistant|single father of twins|paralegal
refuse collector|postgraduate in chemistry|grandmother raising a grandson|delivery cyclist|chef between jobs|librarian
estate agent|dog groomer|hospital porter|museum guide|trainee accountant|school cook|taxi driver|care-home night worker
freelance translator|roofer with a bad shoulder|midwife|bank clerk near retirement|games-shop assistant|council planner
tattooist|cleaner with three jobs|physiotherapy student|widowed allotment keeper|train guard|nail technician
lorry driver away all week|foster carer|ex-footballer, now coach|insurance assessor|bookbinder|apprentice electrician
lab technician|waiter|flight attendant|stay-at-home mother of four|radio producer|butcher's son at university
immigrant engineer driving for an app|prison kitchen worker|eighth-grader|ninth-grader on the swim team
high-school junior with a part-time job|gas fitter|optician|piano tuner|bar manager|street-food seller|data-entry temp
landscape gardener|seamstress|crane operator|parish clerk|wedding photographer|orderly on parental leave
retired headmistress|shop-floor union rep|junior doctor|ferry deckhand|florist|auditor"""
OPENINGS = """mid-small-talk about the weather or travel|straight into homework or last week's plan
with a form or questionnaire|client starts before being asked|late arrival|first meeting, who sent you here
silence, then a shrug-like start|technical trouble with line or link|with news that happened this morning
recap of last time that is a little off|with a question to the helper|a greeting and nothing else"""
TRIGGERS = """advice before being asked|a misheard word|a label the client did not use|silver-lining|a question asked twice
the helper talks about themself|too many questions in a row|a diagnosis mentioned|homework not done and noticed
the fee or a missed session|running late or ending early|forgot what was said before|reads from a script
praises too much|compares with other clients|pushes for a feeling|sides with someone outside
explains a technique at length|moves on too fast from something painful|probes something private
a plan the client doubts|holiday break announced|note-taking or recording|interprets towards childhood
jokes at the wrong moment|repeats the client's words back oddly|gives a statistic or a warning
asks for a scale from 0 to 10|referral elsewhere suggested|slow or missing replies|questions the client's account
asks for a promise|medical talk over the client's head|a wrong name or detail|uses 'we' for the client's job
client arrives already wary of helpers|reassures too quickly|gets philosophical|offers a leaflet, app or website
talks about the rules|says 'I understand' with no sign of it|corrects the client's wording"""
AIMED_SETTINGS = {
    "peer support chat, untrained online helper": 150,
    "brief health interview, face to face": 90,
    "brief interview with a young person or a mandated client": 60,
    "chatbot counsellor with a smoker": 50,
    "recorded therapy demonstration": 50,
}
DECKS = tomllib.loads((Path(__file__).resolve().parent.parent / "data" / "corpus" / "decks.toml").read_text(encoding="utf-8"))
AIMED_PROFILES = {"none": 34, "faint": 22, "withdrawal": 16, "confrontation": 14, "both": 10, "dominated": 4}
PROFILES = {"none": 20, "faint": 15, "withdrawal": 30, "confrontation": 15, "both": 15, "dominated": 5}
OUTCOMES = ["repaired", "moved_on", "partly", "unresolved", "client leaves"]
STYLES = ["clean", "verbatim", "asr", "deid", "verbatim", "clean"]
WD = ["WD-DEN", "WD-MIN", "WD-ABS", "WD-AVO", "WD-DEF", "WD-SPL", "WD-HOP", "WD-GRD", "WD-END"]
CF = ["CF-THE", "CF-REJ", "CF-ACT", "CF-PAR", "CF-PRO", "CF-DEF", "CF-CON"]
RS = ["RS-CLA", "RS-CHG", "RS-RAT", "RS-INV", "RS-ACK", "RS-DIS", "RS-LTT", "RS-LTO", "RS-VAL", "RS-RED"]
TC = ["TC-PUSH", "TC-INV", "TC-CRI", "TC-MIS", "TC-BND", "TC-WD"]
NEAR = ["backchannel", "terse_engaged", "outside_anger", "sustain_talk", "correction", "reasoned_doubt", "rationale_question",
        "reflective_silence", "humour", "politeness", "rescheduling", "story_answers", "own_specifics", "earlier_therapist",
        "reported_anger"]  # fmt: skip
# How many withdrawal and confrontation codes a session of each profile is asked for.
WANTED = {"none": (0, 0), "faint": (2, 1), "withdrawal": (6, 0), "confrontation": (0, 6), "both": (4, 5), "dominated": (5, 5)}
COLUMNS = ["session", "setting", "problem", "life", "client_speech", "therapist_way", "profile", "outcome", "style", "turns",
           "opening", "trigger", "client_codes", "therapist_codes", "near"]  # fmt: skip


def plan(sessions: int, *, rng: random.Random) -> list[dict[str, str]]:
    """Draw `sessions` rows; the same seed draws the same grid."""
    settings, profiles = (_deck(_weighted(weights), rng) for weights in (SETTINGS, PROFILES))
    problems, lives, triggers, openings = (_deck(_split(text), rng) for text in (PROBLEMS, LIVES, TRIGGERS, OPENINGS))
    speech, ways, outcomes, styles = (_deck(values, rng) for values in (SPEECH, THERAPIST, OUTCOMES, STYLES))
    withdrawal, confrontation, repairs, contributions, near = (_deck(values, rng) for values in (WD, CF, RS, TC, NEAR))
    rows = []
    for number in range(1, sessions + 1):
        setting, profile = next(settings), next(profiles)
        calm = profile in ("none", "faint")
        n_wd, n_cf = WANTED[profile]
        n_rs = 0 if profile == "none" else 1 if profile == "faint" else 4
        n_tc = 1 if profile == "none" else 2 if calm else 3
        is_chat = any(word in setting for word in CHAT)
        cells = (
            f"v{number:03d}",
            setting,
            next(problems),
            next(lives),
            next(speech),
            next(ways),
            profile,
            "" if calm else next(outcomes),
            "chat" if is_chat else next(styles),
            str(_length(setting, is_chat=is_chat, rng=rng)),
            next(openings),
            next(triggers),
            " ".join(_take(withdrawal, n_wd) + _take(confrontation, n_cf)),
            " ".join(_take(repairs, n_rs) + _take(contributions, n_tc)),
            " ".join(_take(near, 4 if calm else 2)),
        )
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def plan_aimed(sessions: int, *, rng: random.Random) -> list[dict[str, str]]:
    """Draw `sessions` rows of the aimed grid; the same seed draws the same grid."""
    settings, profiles = (_deck(_weighted(weights), rng) for weights in (AIMED_SETTINGS, AIMED_PROFILES))
    problems = {name: _deck(deck, rng) for name, deck in {**DECKS["problems"], "": _split(PROBLEMS)}.items()}
    lives, triggers = (_deck(_split(text), rng) for text in (LIVES, TRIGGERS))
    speech, helpers, tasks = (_deck(DECKS["aimed"][name], rng) for name in ("speech", "helpers", "tasks"))
    outcomes, withdrawal, confrontation = (_deck(values, rng) for values in (OUTCOMES, WD, CF))
    repairs, contributions, near = (_deck(values, rng) for values in (RS, TC, NEAR))
    rows = []
    for number in range(1, sessions + 1):
        setting, profile = next(settings), next(profiles)
        calm = profile in ("none", "faint")
        n_wd, n_cf = (round(count / 2) for count in WANTED[profile])
        kind = next((name for name in ("young", "smoker", "interview") if name in setting), "")
        cells = (
            f"x{number:03d}",
            setting,
            next(problems[kind]),
            next(lives),
            next(speech),
            next(helpers),
            profile,
            "" if calm else next(outcomes),
            "chat" if any(word in setting for word in CHAT) else "verbatim",
            str(round(rng.triangular(12, 60, 22))),
            next(tasks),
            next(triggers),
            " ".join(_take(withdrawal, n_wd) + _take(confrontation, n_cf)),
            " ".join(_take(repairs, 0 if calm else 2) + _take(contributions, 1 if calm else 2)),
            " ".join(_take(near, 3 if calm else 2)),
        )
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def plan_paired(sessions: int, *, rng: random.Random) -> list[dict[str, str]]:
    """Draw `sessions` rows of the paired grid: the aimed grid with one surface a row, strained in one half and calm in the other."""
    strained = _deck([pair["strained"] for pair in DECKS["pair"]], rng)
    calm = _deck([pair["calm"] for pair in DECKS["pair"]], rng)
    profiles = _deck(_weighted({"withdrawal": 20, "confrontation": 20, "both": 8, "none": 30, "faint": 18}), rng)
    rows = plan_aimed(sessions, rng=rng)
    for number, row in enumerate(rows, 1):
        profile = next(profiles)
        quiet = profile in ("none", "faint")
        row.update(
            session=f"y{number:03d}",
            profile=profile,
            trigger=next(calm) if quiet else next(strained),
            outcome="" if quiet else row["outcome"] or OUTCOMES[number % len(OUTCOMES)],
            client_codes="",
            therapist_codes="",
        )
    return rows


def _length(setting: str, *, is_chat: bool, rng: random.Random) -> int:
    if is_chat or "school" in setting:
        return round(rng.triangular(18, 76, 40))
    return round(rng.triangular(34, 132, 62))


def _split(text: str) -> list[str]:
    return text.replace("\n", "|").split("|")


def _weighted(weights: dict[str, int]) -> list[str]:
    return [value for value, count in weights.items() for _ in range(count)]


def _deck(values: Sequence[str], rng: random.Random) -> Iterator[str]:
    while True:
        yield from rng.sample(values, len(values))


def _take(deck: Iterator[str], count: int) -> list[str]:
    taken: list[str] = []
    while len(taken) < count:
        value = next(deck)
        if value not in taken:
            taken.append(value)
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=432)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--grid", choices=["wide", "aimed", "paired"], default="wide")
    parser.add_argument("--prefix", help="letter that the ids begin with", default="")
    parser.add_argument("--append", action="store_true", help="add the rows to those that stand in the file")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    draw = {"wide": plan, "aimed": plan_aimed, "paired": plan_paired}[args.grid]
    rows = draw(args.sessions, rng=random.Random(args.seed))
    if args.prefix:
        rows = [{**row, "session": args.prefix + row["session"][1:]} for row in rows]
    with args.out.open("a" if args.append else "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        if not args.append:
            writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
