"""What holds for every test."""

pytest_plugins = (
    "tests.support.gates.artifacts",
    "tests.support.gates.leftovers",
    "tests.support.gates.limits",
    "tests.support.gates.processor",
    "tests.support.gates.seed",
    "tests.support.gates.skips",
    "tests.support.gates.steady_time",
)
