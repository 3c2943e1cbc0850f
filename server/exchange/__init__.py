"""What goes between this library and others: their catalogues harvested."""
