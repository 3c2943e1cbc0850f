"""Tests of what the screen is made of, without Kivy."""
