"""What of the pad is brought back: items, numbers of several libraries, and what is left of sets."""

from kiosk.session.values import IncompleteSet, ItemId, Pad, PadItem, TagUid

Named = tuple[tuple[TagUid, ItemId], ...]
"""Tags without a library of which it was found out what they belong to."""


def lying(pad: Pad, named: Named) -> tuple[PadItem, ...]:
    """Give every item that lies there, and of sets that are not whole what lies there of them."""
    rests = (rest_of(each, named) for each in pad.incomplete)
    return (*pad.items, *(item for item in rests if item is not None))


def rest_of(incomplete: IncompleteSet, named: Named) -> PadItem | None:
    """Give what lies there of a set; ``None`` while it is not known whose it is."""
    rest = incomplete.rest
    if rest is None:
        return None
    found = dict(named).get(rest.tag_uid)
    if found is None and len(rest.candidates) == 1:
        found = rest.candidates[0].item_id
    return None if found is None else rest.item(found)


def tags_of(pad: Pad, item_id: ItemId, named: Named) -> tuple[TagUid, ...]:
    """Give the tags on the pad that carry this item's number."""
    return next((item.tags for item in lying(pad, named) if item.item_id == item_id), ())
