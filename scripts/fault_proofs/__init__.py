"""The long proofs that a run over many sessions need not be watched; `scripts/faults.py` runs them."""
