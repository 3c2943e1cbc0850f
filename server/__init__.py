"""The central library server."""
