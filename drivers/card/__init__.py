"""Readers of patron cards: each tells what it read, whatever it means."""
