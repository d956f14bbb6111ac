"""A comparison in words: the rows that the page, the card and the terminal share."""

from __future__ import annotations

from pipeline.classifier.manifest import Way
from pipeline.training.site.comparison import Change, Check, Comparison, Finding, PrivacyFigures
from pipeline.training.site.privacy import MOST_DYAD_AUC, MOST_RECORD_AUC, MOST_TPR, gives_away

HEADINGS = ("sessions", "figure", "current model", "new model", "difference (95 %)")
WAYS = {
    Way.TRAINED: "It went on learning from the current model: {learnt} of your sessions beside {replayed} of the corpus.",
    Way.RECALIBRATED: "There are too few sessions to learn from ({learnt}): only likelihoods and thresholds were fitted again. What the "
    "model reads in the words is as before.",
}
CHECKS = {
    Check.FLIPPED: "{count} of {total} turns rated clear are in the half that the model finds least likely: were values turned round?",
    Check.DUPLICATED: "{count} of {total} sessions say turn for turn what another one of the same dyad says.",
    Check.ONE_CLASS: "{count} of {total} kinds have fewer than five clear turns: nothing can be said about them.",
    Check.LEAKING: "{count} of {total} sessions share half of their turns with a session of another dyad.",
    Check.AT_ODDS: "{count} of {total} pairs of raters agree hardly more than by chance.",
    Check.NO_DYAD: "{count} of {total} sessions name no dyad; each is taken for a client of its own.",
    Check.ASSISTED: "{count} of {total} client turns were rated with the model's output in view; they are learnt from, never tested on.",
    Check.NO_BLIND_TEST: "None of {total} sessions was rated blind and whole, so the new model cannot be tested on your own.",
}


def way_told(comparison: Comparison) -> str:
    """Return how the new model was made."""
    return WAYS[comparison.way].format(learnt=comparison.learnt_sessions, replayed=comparison.replayed_sessions)


def finding_told(finding: Finding) -> str:
    """Return one finding about the ratings."""
    return CHECKS[finding.check].format(count=finding.count, total=finding.total)


def rows(comparison: Comparison) -> list[tuple[str, str, str, str, str]]:
    """Return the figures of both models, a row each, under `HEADINGS`."""
    found = []
    for name, one in comparison.sets.items():
        where = f"{name} ({one.sessions} of {one.dyads} dyads)"
        for kind, figures in one.kinds.items():
            found.append(_row(where, f"{kind}: average precision ({figures.clear} clear turns)", figures.average_precision))
            found.append(_row(where, f"{kind}: calibration error", figures.calibration_error))
            found.append(_row(where, f"{kind}: flagged turns a session", figures.flags_per_session, places=1))
    return found


def _row(where: str, figure: str, change: Change, *, places: int = 2) -> tuple[str, str, str, str, str]:
    if change.champion is None or change.challenger is None:
        return where, figure, "not enough", "not enough", ""
    between = "" if change.low is None or change.high is None else f" ({change.low:+.{places}f} to {change.high:+.{places}f})"
    difference = f"{change.challenger - change.champion:+.{places}f}{between}"
    return where, figure, f"{change.champion:.{places}f}", f"{change.challenger:.{places}f}", difference


def privacy_told(figures: PrivacyFigures | None) -> str:
    """Return what the membership attack found."""
    if figures is None:
        return "No membership attack was run: the weights are the parent's."
    told = [f"Membership attack on {figures.records} turns of {figures.dyads} dyads that were learnt."]
    limits = (("turns", figures.record_auc, MOST_RECORD_AUC), ("dyads", figures.dyad_auc, MOST_DYAD_AUC))
    for name, value, most in limits:
        told.append(f"Area under the curve, {name}: {'not enough' if value is None else f'{value:.2f}'} (limit {most:.2f}, chance .50).")
    found = "not enough" if figures.tpr_at_1 is None else f"{figures.tpr_at_1:.3f}"
    told.append(f"Found at one false alarm in a hundred: {found} (limit {MOST_TPR:.2f}).")
    told.append(f"Whole turns of six words or more in the model's files: {figures.words_found}.")
    if gives_away(figures):
        told.append("Do not share this model: it gives away too much of what it learnt from.")
    return " ".join(told)
