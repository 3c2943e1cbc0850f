"""What is shipped, tried where nothing of the checkout can be seen."""
