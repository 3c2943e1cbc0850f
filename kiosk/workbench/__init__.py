"""A small web page on loopback that works the emulated devices by hand; started by the demo alone."""
