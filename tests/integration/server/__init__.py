"""Tests of the server as real processes."""
