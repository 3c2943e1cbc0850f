"""An installed server: its configuration, its database, its terminals."""

from pathlib import Path

import pytest

from tests.support.small_library import build_library

CONFIGURATION = """
schema_version = 1
[library]
code = "VN-QN"
name = "Thư viện xã Quảng Nghiệp"
[store]
url = "sqlite:///library.db"
[selfcheck]
port = 0
[web]
port = 0
[[lending.rules]]
max_items = 5
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Give the path of a ``server.toml`` whose library is filled."""
    build_library(tmp_path)
    configuration = tmp_path / "server.toml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    return configuration
