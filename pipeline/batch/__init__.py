"""Scoring many sessions: what is due, worker processes that do it, and the manifest that knows what was done."""
