"""Tests of library/api."""
