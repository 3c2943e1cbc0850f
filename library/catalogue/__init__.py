"""What a library holds, for kiosk and server alike: a bibliographic record, readers of its many forms, the index."""
