"""Records, codebook, identifiers, errors, settings and canonical JSON: what every other layer shares."""
