"""Write the reference of all marker rules, `docs/reference/markers.md`, from the rule files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.core.canonical import write_atomic
from pipeline.core.codebook import codebook
from pipeline.features.rules import Rule, load_rules

HEAD = """# Marker rules

Made by `python -m pipeline.features.reference` from `configs/markers/`; do not edit. A marker is evidence that a supervisor can
argue with, not a finding: each hit names its rule, its words and its reason. Weights say how strongly a rule speaks (0 to 1);
they come from the authors' reading of the sources and are no probabilities.
"""


def marker_reference(rules: Sequence[Rule]) -> str:
    """Return the reference as Markdown, in the order of the codebook and, within a code, of the rule ids."""
    parts = [HEAD]
    for code in codebook().codes:
        parts.append(f"\n## {code.code} {code.name}\n\n{code.meaning}.\n")
        parts.extend(_entry(rule) for rule in rules if rule.code == code.code)
    return "".join(parts)


def _entry(rule: Rule) -> str:
    lines = [
        f"\n### `{rule.id}`\n",
        f"{rule.reason} (weight {rule.weight:g}, aimed at: {rule.target.value})\n",
        f"- found by: {_trigger(rule)}",
    ]
    if rule.after:
        lines.append(f"- only after: {', and '.join(group.replace('|', ' or ') for group in rule.after)}")
    if rule.not_after:
        lines.append(f"- not after: {', '.join(rule.not_after)}")
    if rule.unless or rule.not_before:
        lines.append(f"- switched off by {len(rule.unless) + len(rule.not_before)} counter-phrases")
    lines.append(f"- other polarities: {', '.join(rule.scopes) if rule.scopes else 'none, counts as it stands'}")
    lines.append(f"- source: {rule.source}")
    return "\n".join(lines) + "\n"


def _trigger(rule: Rule) -> str:
    ways = []
    if rule.phrases or rule.patterns:
        ways.append(f"{len(rule.phrases) + len(rule.patterns)} phrases" + (", as the whole turn" if rule.only_whole_turn else ""))
    if rule.dependency:
        ways.append("a grammatical pattern")
    if rule.structure:
        limits = ", ".join(f"{name} {value:g}" for name, value in sorted(rule.structure.limits.items()))
        ways.append(f"the structural test `{rule.structure.test}`" + (f" ({limits})" if limits else ""))
    return "; ".join(ways)


def main() -> None:
    """Write the reference into the checkout."""
    target = Path(__file__).resolve().parents[2] / "docs" / "reference" / "markers.md"
    write_atomic(target, marker_reference(load_rules()).encode("utf-8"))


if __name__ == "__main__":
    main()
