"""Scoring many sessions: the run over files, its ledger and its report."""
