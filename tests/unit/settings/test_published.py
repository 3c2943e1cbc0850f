"""What is published is what the code says now, and nothing of what it said once."""

from pathlib import Path

from settings.published import publish


def test_what_is_no_more_is_taken_away(tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    publish(folder, {"old.json": "{}", "kept.json": "1"})
    (folder / "README.md").write_text("x", encoding="ascii")
    publish(folder, {"kept.json": "2", "new.json": "đ"})

    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert found == {"README.md": "x", "kept.json": "2", "new.json": "đ"}
