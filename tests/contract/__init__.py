"""What every double and every real thing of one kind must do alike."""
