"""Evidence and measures: what in a turn, or in the exchange, may carry a strain, with the words and the reason."""
