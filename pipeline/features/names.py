"""The stable names of the columns of `turn_measures`; a model is bound to this order, so names are only ever appended."""

from __future__ import annotations

MARKER_CODES: tuple[str, ...] = (
    "WD-DEN", "WD-MIN", "WD-ABS", "WD-AVO", "WD-DEF", "WD-SPL", "WD-HOP", "WD-GRD", "WD-END",
    "CF-THE", "CF-REJ", "CF-ACT", "CF-PAR", "CF-PRO", "CF-DEF", "CF-CON",
    "RS-CLA", "RS-CHG", "RS-RAT", "RS-INV", "RS-ACK", "RS-DIS", "RS-LTT", "RS-LTO", "RS-VAL", "RS-RED",
    "TC-PUSH", "TC-INV", "TC-CRI", "TC-MIS", "TC-BND", "TC-WD",
)  # fmt: skip
"""The codes of the manual, in its order; a test holds this against `configs/codebook.toml`."""

MARKER_NAMES: tuple[str, ...] = tuple(f"marker.{code}" for code in MARKER_CODES)
"""One column a code: the weight of the strongest asserted marker of that code in the turn, 0 when there is none."""

CONDITION_NAMES: tuple[str, ...] = (
    "before.open_question",
    "before.closed_question",
    "before.feeling_named",
    "before.interpretation",
    "before.advice",
    "before.apology",
    "before.alliance_question",
    "before.strain",
)
"""1 where the condition holds just before the turn, else 0."""

LENGTH_NAMES: tuple[str, ...] = (
    "length.words",
    "length.own",
    "length.invitation",
    "length.window",
    "answer.under",
    "answer.over",
)
"""How much is said: against all speakers, the speaker's own baseline, the turn it answers; in the last three own turns; and
how far an open question is under-answered or a closed one over-answered."""

FLOOR_NAMES: tuple[str, ...] = ("floor.share", "floor.interrupts", "floor.steers", "floor.assent_run")
"""Who holds the floor: share of words in the last ten turns, cutting in, staying on one's own topic rather than the other's,
and how many bare assents run together."""

MEANING_NAMES: tuple[str, ...] = (
    "topic.from_other",
    "topic.from_self",
    "topic.from_session",
    "topic.window",
    "topic.missing",
    "align.words",
    "align.style",
)
"""Distance in meaning to the other's turn, to one's own last, to the session so far, and alignment of words and style."""

WORD_NAMES: tuple[str, ...] = (
    "words.you",
    "words.i",
    "words.we",
    "words.negation",
    "words.negation_at_you",
    "words.negation_window",
    "words.emotion",
    "words.emotion_drop",
    "words.hedge",
    "words.hedge_window",
    "words.profanity",
    "words.asks",
    "words.shouted",
    "words.exclaims",
    "words.laughs",
)
"""What kind of words: rates against the speaker's own baseline."""

TIME_NAMES: tuple[str, ...] = (
    "time.latency",
    "time.latency_missing",
    "time.overlap",
    "time.pause",
    "time.pause_missing",
    "time.pause_filled_by_other",
)
"""Time before the turn against the speaker's own baseline, speech over the other's, pauses inside the turn, and a pause inside
the other's turn before it (T-pause-T); columns that end in `missing` are 1 where the transcript gives no such times."""

PLACE_NAMES: tuple[str, ...] = ("role.client", "role.therapist", "place.in_session")
"""Who speaks, and where in the session (-1 at its start, 1 at its end)."""

MEASURE_NAMES: tuple[str, ...] = LENGTH_NAMES + FLOOR_NAMES + MEANING_NAMES + WORD_NAMES + TIME_NAMES + PLACE_NAMES
"""All columns that no rule and no condition fills: the measures of the exchange."""

FEATURE_NAMES: tuple[str, ...] = MARKER_NAMES + CONDITION_NAMES + MEASURE_NAMES
"""All columns of `SessionFeatures.turn_measures`, in order."""
