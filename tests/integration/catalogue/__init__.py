"""The catalogue's index on a disk, between processes."""
