"""Tests of library/lending."""
