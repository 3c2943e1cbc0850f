"""Tests of what holds for every run of the tests."""
