"""What the hardware is told; data only."""
