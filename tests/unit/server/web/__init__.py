"""Tests of the pages of the server."""
