"""What a probe found out, and the profile that it comes to; in words without anybody's name, number or title."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.ils.profile_table import differences, to_toml
from kiosk.ils.profiles import PROFILES, Profile

_BX_ORDER = ("23", "11", "09", "01", "99", "97", "93", "63", "35", "37", "17", "19", "25", "15", "29", "65")
"""The messages in the order of BX (specification, field BX)."""


class Sort(StrEnum):
    """How a finding is to be read."""

    WORKS = "works"
    MISSING = "MISSING"
    NOTE = "note"


@dataclass(slots=True)
class Findings:
    """Filled by the walk; printed at its end."""

    name: str
    """Of the profile that the walk began with."""
    profile: Profile
    """As it turned out to be, so far."""
    lines: list[tuple[Sort, str]] = field(default_factory=list)
    needed: dict[str, bool] = field(default_factory=dict)
    """What a kiosk cannot do without, and whether it is there."""
    answered: dict[str, bool] = field(default_factory=dict)
    """Message code -> whether it was answered as it should be."""
    supported: str = ""
    """BX of the 98."""

    @classmethod
    def beginning_with(cls, name: str) -> "Findings":
        """Begin with what is known of systems of that name."""
        return cls(name, PROFILES[name])

    def works(self, words: str) -> None:
        """Note what is as it should be."""
        self.lines.append((Sort.WORKS, words))

    def missing(self, words: str) -> None:
        """Note what is not there."""
        self.lines.append((Sort.MISSING, words))

    def note(self, words: str) -> None:
        """Note a fact that is neither good nor bad."""
        self.lines.append((Sort.NOTE, words))

    def need(self, what: str, *, there: bool, words: str) -> None:
        """Note something that a kiosk cannot do without."""
        self.needed[what] = self.needed.get(what, True) and there
        (self.works if there else self.missing)(words)

    def learn(self, **facts: object) -> None:
        """Change the profile."""
        self.profile = replace(self.profile, **facts)  # type: ignore[arg-type] # its fields by their names

    @property
    def is_enough(self) -> bool:
        """Tell whether a kiosk can work with this library system."""
        return bool(self.needed) and all(self.needed.values())

    def untrue_bits(self) -> tuple[list[str], list[str]]:
        """Give the messages that BX denies and that were answered, and those that it promises and that were not."""
        said = dict(zip(_BX_ORDER, self.supported, strict=False))
        denied = [code for code, there in self.answered.items() if there and said.get(code) == "N"]
        promised = [code for code, there in self.answered.items() if not there and said.get(code) == "Y"]
        return denied, promised

    def report(self) -> str:
        """Give the whole in words, with a table to paste."""
        text = "".join(f"{sort:8} {words}\n" for sort, words in self.lines)
        text += "\n" + ("a kiosk can work with this\n" if self.is_enough else "a kiosk cannot work with this yet\n")
        lacking = [what for what, there in self.needed.items() if not there]
        text += "".join(f"  needed: {what}\n" for what in lacking)
        text += f'\n[library_system]\nprofile = "{self.name}"\n'
        table = differences(self.profile, self.name)
        return text + (f"\n[library_system.differences]\n{to_toml(table)}" if table else "")
