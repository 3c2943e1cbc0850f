"""What every driver of a family must do, on a real pseudo-terminal."""
