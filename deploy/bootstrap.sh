#!/bin/sh
# What the README's commands need on a fresh Debian 12: packages by apt (without starting or leaving a service) and .venv from the lock.
# Usage: deploy/bootstrap.sh [test]    "test" adds what only the tests need.
set -eu
cd "$(dirname "$0")/.."

PACKAGES="python3 python3-venv ca-certificates mosquitto xvfb libglib2.0-0 libusb-1.0-0 libzbar0 libegl1 libgl1 libgles2 libgl1-mesa-dri"
[ "${1:-}" = test ] && PACKAGES="$PACKAGES systemd shellcheck"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" || sudo "$@"; fi
}

installed() { dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"
}

# apt-get waits for dpkg's lock by itself, but not for that of the package lists.
update_lists() {
    tries=0
    until said=$(apt update 2>&1); do
        tries=$((tries + 1))
        case $said in *"Could not get lock"*) ;; *) tries=1000 ;; esac
        if [ "$tries" -gt 120 ]; then
            printf '%s\n' "$said" >&2
            return 1
        fi
        sleep 5
    done
}

# Debian's package starts a broker on port 1883 and enables it; the demo runs its own child instead.
policy=/usr/sbin/policy-rc.d
kept=$policy.kept-by-library-kiosk
install_quietly() {
    if [ -e "$policy" ] && [ ! -e "$kept" ]; then as_root mv "$policy" "$kept"; fi
    trap restore_policy EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    apt install -y --no-install-recommends "$@" >/dev/null
    restore_policy
    trap - EXIT INT TERM
}
restore_policy() {
    as_root rm -f "$policy"
    if [ -e "$kept" ]; then as_root mv "$kept" "$policy"; fi
}

missing=
for package in $PACKAGES; do installed "$package" || missing="$missing $package"; done
if [ -n "$missing" ]; then
    echo "installing with apt:$missing"
    broker_is_new=; case " $missing " in *" mosquitto "*) broker_is_new=yes ;; esac
    update_lists
    # shellcheck disable=SC2086 # a list of package names, split on purpose
    install_quietly $missing
    if [ -n "$broker_is_new" ]; then
        if command -v systemctl >/dev/null 2>&1; then
            as_root systemctl --no-reload disable mosquitto.service >/dev/null 2>&1 || true
        fi
        if command -v update-rc.d >/dev/null 2>&1; then as_root update-rc.d mosquitto disable >/dev/null 2>&1 || true; fi
    fi
fi

python=
for candidate in ${PYTHON:-} /usr/bin/python3 python3.11 python3.13 python3; do
    if command -v "$candidate" >/dev/null 2>&1 \
        && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 13)))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or 3.13 with venv is needed and was not found" >&2
    exit 1
fi

version=$("$python" -c 'import sys; print("py%d%d" % sys.version_info[:2])')
lock=lock/$version-dev.txt
# Half of the modules are never imported, and the others are compiled when they are.
pip() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile "$@"; }

# The third parties' packages: anew when the lock is another one, or .venv was made for another folder.
stamp=.venv/locked
wanted=$({ pwd && cat "$lock" && echo "$version"; } | sha256sum)
if [ ! -x .venv/bin/python ] || [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    echo "installing the locked Python packages into .venv"
    "$python" -m venv --clear .venv
    pip --require-hashes -r "$lock"
    echo "$wanted" >"$stamp"
fi

# Our own, from this folder: anew when what pip reads of pyproject.toml has changed; the tools' settings stand below it.
stamp=.venv/ours
wanted=$(sed '/^\[tool\.ruff\]$/,$d' pyproject.toml | sha256sum)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    pip --no-build-isolation --editable .
    echo "$wanted" >"$stamp"
fi
