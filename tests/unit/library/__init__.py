"""Tests of what a library is."""
