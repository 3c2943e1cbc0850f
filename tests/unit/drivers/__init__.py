"""Pure parts of the drivers."""
