"""The pages and the HTTP interface of the central server."""
