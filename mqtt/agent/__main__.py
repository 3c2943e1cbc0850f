"""Runs the agent by itself: ``python -m mqtt.agent agent.toml``."""

import sys
from pathlib import Path

from mqtt.agent.main import main

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
