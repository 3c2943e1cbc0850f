"""Lights, buzzer, switches and sensors on the pins of the board."""
