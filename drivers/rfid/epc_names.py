"""What UHF tags go by that were to get another EPC and whose writing broke off; pure."""

from collections.abc import Collection

from drivers.rfid.gen2_codec import is_torn


class EpcNames:
    """EPC by which a caller knows a tag -> EPC by which the tag goes; the same but for half-written ones."""

    def __init__(self) -> None:
        self._torn: dict[str, str] = {}

    def of(self, uid: str) -> str:
        """Return what a tag goes by."""
        return self._torn.get(uid, uid)

    def found(self, epcs: Collection[str]) -> None:
        """Take what an inventory found: whoever goes by its name is whole."""
        for epc in epcs:
            self.whole(epc)

    def whole(self, uid: str) -> None:
        """Take that a tag was written to its end."""
        self._torn.pop(uid, None)

    def broke_off(self, uid: str, new: str, before: Collection[str], after: Collection[str]) -> None:
        """Learn what a tag goes by whose writing broke off: the only half-written EPC that lay not there before."""
        old = self.of(uid)
        torn = [epc for epc in after if is_torn(epc, old, new) and epc not in before]
        if len(torn) == 1 and old not in after:
            self._torn[uid] = torn[0]
