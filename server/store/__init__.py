"""The server's database: how it is opened, what stands in it, how its schema grows."""
