"""The camera's preview alone in a window: ``python -m tests.support.preview_program STATE_FOLDER PICTURE...``.

Shows in turn a scene with brackets, the same with a label found, one of another size, and nothing; writes a picture of
each into the files that are named, and says how many textures two hundred more frames cost.
"""

import gc
import json
import sys
from pathlib import Path
from typing import Any

from drivers.barcode.preview import Preview
from kiosk.ui import kivy_setup
from kiosk.ui.panel import load_panel

SIZE = (480, 300)
FRAMES = 200


def quarters(width: int, height: int) -> bytes:
    """Give a picture of four colours: red, green over blue, white."""
    upper = bytes((200, 0, 0)) * (width // 2) + bytes((0, 200, 0)) * (width // 2)
    lower = bytes((0, 0, 200)) * (width // 2) + bytes((200, 200, 200)) * (width // 2)
    return upper * (height // 2) + lower * (height // 2)


def main(arguments: list[str]) -> None:
    """Run."""
    kivy_setup.prepare(load_panel("7in-1024x600"), Path(arguments[0]), fullscreen=False)
    _show([Path(name) for name in arguments[1:]])


def _show(files: list[Path]) -> None:
    from kivy.clock import Clock  # noqa: PLC0415 - imports Kivy, which prepare() precedes
    from kivy.core.window import Window  # noqa: PLC0415 - see above
    from kivy.graphics.texture import Texture  # noqa: PLC0415 - see above

    from kiosk.ui.widgets.camera_preview import CameraPreview  # noqa: PLC0415 - see above

    widget: Any = CameraPreview(size=SIZE, size_hint=(None, None))
    Window.add_widget(widget)
    label = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    scenes = (
        Preview(1, 160, 90, quarters(160, 90)),
        Preview(2, 160, 90, quarters(160, 90), label, found=True),
        Preview(3, 100, 100, quarters(100, 100)),
        None,
    )
    for file, scene in zip(files, scenes, strict=True):
        widget.show(scene)
        widget.show(scene)
        Clock.tick()
        widget.export_to_png(str(file))
    before = _count(Texture)
    for number in range(FRAMES):
        widget.show(Preview(10 + number, 160, 90, quarters(160, 90)))
    sys.stdout.write(json.dumps({"textures": before, "more_textures": _count(Texture) - before}) + "\n")


def _count(kind: type) -> int:
    gc.collect()
    return sum(isinstance(thing, kind) for thing in gc.get_objects())


if __name__ == "__main__":
    main(sys.argv[1:])
