"""Tests of what the demo stands on."""
