"""A folder for a Python path: what is in it stands in for the library of that name."""
