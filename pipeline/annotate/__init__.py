"""From a transcript and its likelihoods to an annotated session: segments, decisions, moments, repairs, and the JSON file."""
