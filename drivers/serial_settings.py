"""What is asked of a serial line; no more than words, so that a profile may speak of it where there is no pyserial."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """What is asked of the line; a pseudo-terminal grants parity and speed without applying them."""

    baud: int
    parity: str = "N"
    """``N``, ``E`` or ``O``, as pyserial and everybody else call them."""
    stop_bits: int = 1
    hardware_flow: bool = False
    software_flow: bool = False
