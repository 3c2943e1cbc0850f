"""Tests of server/patrons."""
