"""What goes between this library and others."""
