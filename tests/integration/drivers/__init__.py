"""Drivers against emulators that misbehave."""
