"""Tests of library.identity."""
