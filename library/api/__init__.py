"""What travels by HTTP between kiosks and the library server."""
