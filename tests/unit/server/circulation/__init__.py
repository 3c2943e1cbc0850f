"""Tests of server/circulation."""
