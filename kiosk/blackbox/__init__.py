"""What is kept of each visit for the day on which something went wrong: its events, and nothing of anybody."""
