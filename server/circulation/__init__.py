"""Who has what: lending, taking back, renewing, and the words for a no."""
