"""Pictures of the screen, and touches on it: each runs Kivy in a process of its own."""
