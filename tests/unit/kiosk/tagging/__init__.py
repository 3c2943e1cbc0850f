"""Tests of the tagging station."""
