"""Doubles and real programs that tests of several rooms share."""
