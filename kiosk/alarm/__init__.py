"""What must be true of a tag's alarm after a loan or a return."""
