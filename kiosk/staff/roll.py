"""The roll of staff: for each member an id, the keyed digest of the card, and a slow hash of the PIN; no name."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.errors import KioskError
from kiosk.session.staff_values import StaffId

STAFF_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
PIN: Final = re.compile(r"[0-9]{6,8}")
LONGEST_CARD: Final = 64
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_COST: Final = 2**14
"""Of scrypt: 16 MiB and some 50 ms on a desk machine, four times as long on a Pi."""
_DIGITS: Final = "01234567890"


class RollError(KioskError):
    """The roll cannot be read, or a member cannot be entered; ``fault`` says why."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the staff."""

    staff_id: StaffId
    card: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    pin: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Roll:
    """All members, and the key of their cards' digests."""

    key: bytes = field(repr=False)
    members: tuple[Member, ...] = ()

    def whose_card(self, number: str) -> StaffId | None:
        """Say whose card has this number; quick, for every reading asks."""
        digest = _digest(self.key, number)
        return next((each.staff_id for each in self.members if hmac.compare_digest(each.card, digest)), None)

    def whose_pin(self, pin: str, staff_id: StaffId | None) -> StaffId | None:
        """Say whose PIN this is, of one member or, without an id, of all; slow by intent: never on the loop."""
        asked = [each for each in self.members if staff_id in {None, each.staff_id}]
        return next((each.staff_id for each in asked if hmac.compare_digest(each.pin, _slow(pin, each.salt))), None)

    def with_member(self, staff_id: str, card: str, pin: str) -> "Roll":
        """Enter a member; slow.

        Raises:
            RollError: the id, the card or the PIN cannot be used; two members never share a card or a PIN.

        """
        card = card.strip()
        for fault in self._faults(staff_id, card, pin):
            raise RollError(fault)
        salt = secrets.token_bytes(_SALT_BYTES)
        member = Member(StaffId(staff_id), _digest(self.key, card), salt, _slow(pin, salt))
        return replace(self, members=(*self.members, member))

    def without(self, staff_id: str) -> "Roll":
        """Strike a member off; raises ``RollError`` where there is none."""
        left = tuple(each for each in self.members if each.staff_id != staff_id)
        if len(left) == len(self.members):
            raise RollError(f"{staff_id}: nobody on the roll has this id")
        return replace(self, members=left)

    def _faults(self, staff_id: str, card: str, pin: str) -> Iterator[str]:
        if STAFF_ID.fullmatch(staff_id) is None:
            yield "an id has small letters, digits and hyphens, at most 31 of them"
        if any(each.staff_id == staff_id for each in self.members):
            yield f"{staff_id}: is on the roll already; remove it first"
        if not card or len(card) > LONGEST_CARD or not card.isprintable():
            yield f"a card's number has 1 to {LONGEST_CARD} printable letters"
        if self.whose_card(card) is not None:
            yield "this card is another member's"
        if PIN.fullmatch(pin) is None:
            yield "a PIN has six to eight digits"
        if len(set(pin)) == 1 or pin in _DIGITS or pin in _DIGITS[::-1]:
            yield "this PIN is the first that anybody would try"
        if self.whose_pin(pin, None) is not None:
            yield "choose another PIN"


def new_roll() -> Roll:
    """Give an empty roll with a key of its own."""
    return Roll(secrets.token_bytes(_KEY_BYTES))


def written(roll: Roll) -> str:
    """Give the roll as it stands in its file."""
    members = [
        {"id": each.staff_id, "card": each.card.hex(), "salt": each.salt.hex(), "pin": each.pin.hex()}
        for each in roll.members
    ]
    return json.dumps({"version": 1, "key": roll.key.hex(), "members": members}, indent=1) + "\n"


def read(text: str) -> Roll:
    """Read a roll; raises ``RollError`` for whatever is none."""
    try:
        told = _Told.model_validate_json(text)
        members = tuple(
            Member(StaffId(each.id), bytes.fromhex(each.card), bytes.fromhex(each.salt), bytes.fromhex(each.pin))
            for each in told.members
        )
    except (ValidationError, ValueError):  # their words would quote the file
        raise RollError("is no roll of staff") from None
    return Roll(bytes.fromhex(told.key), members)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=f"^{STAFF_ID.pattern}$")
    card: str = Field(pattern="^[0-9a-f]{64}$")
    salt: str = Field(pattern="^[0-9a-f]{32}$")
    pin: str = Field(pattern="^[0-9a-f]{64}$")


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1, le=1)
    key: str = Field(pattern="^[0-9a-f]{64}$")
    members: tuple[_Entry, ...] = Field(max_length=1000)


def _digest(key: bytes, card: str) -> bytes:
    return hmac.digest(key, card.strip().encode(), "sha256")


def _slow(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
