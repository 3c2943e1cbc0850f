"""The steps by which the circulation store's schema came to be; run by server.store.migrate."""
