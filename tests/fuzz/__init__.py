"""Inputs by chance for whatever reads what others wrote: ``python -m tests.fuzz``."""
