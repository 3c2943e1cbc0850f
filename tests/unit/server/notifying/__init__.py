"""Tests of the room that tells people of alerts."""
