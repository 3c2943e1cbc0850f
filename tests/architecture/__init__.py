"""Tests of the tree itself: who imports whom, how long a module is, what no file may hold."""
