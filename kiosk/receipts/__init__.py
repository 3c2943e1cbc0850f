"""A visit on paper: what was lent until when, renewed or brought back, as blocks that any printer can print."""
