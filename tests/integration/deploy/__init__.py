"""Tests of what a machine is set up with, by the tools of that machine."""
