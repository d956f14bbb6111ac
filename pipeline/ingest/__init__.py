"""Bytes to `Transcript`: one reader per format behind a registry, roles, normalisation, residual-identifier check, quality."""
