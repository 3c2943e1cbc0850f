"""The fleet store: what is taken in, and what the pages read."""
