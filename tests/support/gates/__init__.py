"""What holds for every run of the tests: each module is a pytest plugin, named in tests/conftest.py."""
