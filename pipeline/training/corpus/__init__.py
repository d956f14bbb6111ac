"""The authored corpus: reading drafts, checks, figures and frozen splits."""
