"""What the model's own tests say, in words and counts; nothing where they are too few."""

from __future__ import annotations

from pathlib import Path

from pipeline.annotate.decide import policy_of
from pipeline.classifier.manifest import ModelManifest, read_manifest
from pipeline.core.errors import ModelError
from pipeline.core.results import AnnotatedSession, RuptureKind
from pipeline.core.wording import wording

ENOUGH = 20
"""Fewer test examples than this are not told as a share."""


def manifest_for(session: AnnotatedSession, folder: Path) -> ModelManifest | None:
    """Return the manifest of the model that scored this session; None when `folder` holds another model, or none."""
    try:
        manifest, sha256 = read_manifest(folder)
    except ModelError:
        return None
    return manifest if sha256 == session.provenance.model_sha256 else None


def band_in_tests(manifest: ModelManifest | None, *, kind: RuptureKind, band: str) -> str:
    """Say how often client turns of a band were rated clear in testing, in tenths with their range."""
    words = wording().brief
    if manifest is None:
        return words.untested
    found = next((one for one in policy_of(manifest, kind).bands if one.name == band), None)
    if found is None or found.turns < ENOUGH:
        return words.few_tested
    low, high = _likely_range(found.clear, found.turns)
    return words.tested.format(tenths=_tenths(found.clear / found.turns), low=_tenths(low), high=_tenths(high), n=f"{found.turns:,}")


def missed_in_tests(manifest: ModelManifest | None) -> str:
    """Say how many clear turns lay in bands wholly below what is flagged; of both kinds together, the least that was missed."""
    words = wording().brief
    if manifest is None:
        return words.untested
    policies = [policy_of(manifest, kind) for kind in RuptureKind]
    clear = sum(band.clear for policy in policies for band in policy.bands)
    missed = sum(band.clear for policy in policies for band in policy.bands if band.ceiling <= policy.present)
    if clear < ENOUGH:
        return words.few_tested
    turns = max(sum(band.turns for band in policy.bands) for policy in policies)
    return words.missed.format(turns=f"{turns:,}", clear=f"{clear:,}", tenths=_tenths(missed / clear))


def _tenths(share: float) -> str:
    return f"{round(10 * share):d}"


def _likely_range(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * ((share * (1 - share) + spread / 4) / total) ** 0.5 / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
