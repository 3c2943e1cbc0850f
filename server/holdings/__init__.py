"""What the library holds: places, records and copies."""
