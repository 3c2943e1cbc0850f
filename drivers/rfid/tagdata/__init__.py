"""What stands on a library's tags: data models as pure functions over a tag's memory."""
