"""Tests of the SIP2 wire."""
