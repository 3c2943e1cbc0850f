"""Tests of server/holdings."""
