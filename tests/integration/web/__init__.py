"""Tests of the pages over real sockets."""
