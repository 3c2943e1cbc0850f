"""Tests of the session: examples of each rule, and laws over random histories."""
