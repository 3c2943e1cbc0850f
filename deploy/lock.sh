#!/bin/sh
# Write the lock files anew: hashes of every wheel and source of every pinned version, no addresses.
set -eu
cd "$(dirname "$0")/.."
python3 -m venv var/lock-venv
var/lock-venv/bin/pip install --quiet uv
for version in 3.11 3.13; do
    name=py$(printf %s "$version" | tr -d .)
    common="--quiet --universal --python-version $version --generate-hashes --no-emit-index-url --no-annotate --no-header --extra kiosk --extra server"
    # shellcheck disable=SC2086 # a list of options, split on purpose
    var/lock-venv/bin/uv pip compile $common pyproject.toml -o "lock/$name.txt"
    # shellcheck disable=SC2086 # as above
    var/lock-venv/bin/uv pip compile $common --extra dev pyproject.toml -o "lock/$name-dev.txt"
done
