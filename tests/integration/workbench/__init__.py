"""Tests of the workbench with real emulators."""
