"""One file (and one layout) for each page."""
