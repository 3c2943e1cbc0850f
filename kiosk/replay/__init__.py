"""``kiosk replay``: a kept visit once more, event by event, with the screens as they were, without anybody's data."""
