"""Ways to reach a library system, each a ``ports.LibrarySystem``."""
