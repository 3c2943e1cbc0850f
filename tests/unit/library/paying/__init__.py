"""Tests of library.paying."""
