"""Tests of server/selfcheck."""
