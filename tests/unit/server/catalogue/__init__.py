"""Tests of server/catalogue."""
