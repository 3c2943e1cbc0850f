"""Who is told of alerts outside the pages."""
