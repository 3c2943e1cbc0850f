"""Receipts by e-mail: kept until the library's mail server has them; addresses never leave the server otherwise."""
