"""A visit on paper: what was lent until when, as blocks that any printer can print."""
