"""The kiosk's own copy of the library's catalogue: kept by a process of its own, asked without a line."""
