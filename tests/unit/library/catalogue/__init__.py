"""Tests of records, their readers and the index."""
