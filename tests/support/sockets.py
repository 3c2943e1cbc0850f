"""What other processes listen on, as the kernel tells it."""

import socket
from pathlib import Path
from typing import Final

import psutil

_ACCEPTS: Final = 0x10000
"""__SO_ACCEPTCON in the flags of /proc/net/unix."""


def listeners(process: psutil.Process) -> set[str]:
    """Name what a process and all its children listen on: ``tcp ADDRESS:PORT``, ``udp ADDRESS:PORT``, ``unix PATH``."""
    found = set[str]()
    for each in (process, *process.children(recursive=True)):
        for line in each.net_connections(kind="inet"):
            if line.type == socket.SOCK_STREAM and line.status == psutil.CONN_LISTEN:
                found.add(f"tcp {line.laddr.ip}:{line.laddr.port}")
            partner: tuple[object, ...] = line.raddr
            if line.type == socket.SOCK_DGRAM and not partner:
                found.add(f"udp {line.laddr.ip}:{line.laddr.port}")
        found |= _unix_listeners(each.pid)
    return found


def _unix_listeners(pid: int) -> set[str]:
    held = set[str]()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        if descriptor.is_socket():
            held.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = set[str]()
    for line in Path(f"/proc/{pid}/net/unix").read_text(encoding="utf-8").splitlines()[1:]:
        _, _, _, flags, _, _, inode, *path = line.split(maxsplit=7)
        if inode in held and int(flags, 16) & _ACCEPTS:
            found.add(f"unix {' '.join(path)}")
    return found
