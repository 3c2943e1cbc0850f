"""Which records describe one thing, kept in step with what they say: a view over records that stay as they are.

Whatever describes a record anew notes it (:mod:`server.store.changes`); here those are compared with all that share a
key with them, now or before. Only who is shown with whom is written, so that records which were one come apart again
when one of them says something else or goes.
"""

from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from library.catalogue.likeness import Key, Likeness
from library.catalogue.merging import MOST_OF_ONE_KEY, groups
from library.catalogue.record import CatalogueRecord
from server.catalogue.entries import heads_of, records_of
from server.store.catalogue_models import THE_FEED, Feed
from server.store.changes import note_changes, parts_of
from server.store.union_models import UnionKey, UnionMember, UnionPending

AT_A_TIME: Final = 100
"""Records of one transaction: a loan that comes meanwhile waits for some hundredths of a second."""
MOST_TOGETHER: Final = 2_000
"""Records that are compared for those of one transaction; what hangs together beyond them stays as it is."""
_SILENT: Final[dict[str, Any]] = {"synchronize_session": False}


def regroup(session: Session, at_most: int = AT_A_TIME) -> int:
    """Compare records that wait for it, the oldest first; give how many did, 0 where none is left."""
    # Whoever commits a change holds this row: what is read from here on is all there is.
    session.execute(select(Feed.id).where(Feed.id == THE_FEED).with_for_update())
    wanted = select(UnionPending.record_id).order_by(UnionPending.record_id).limit(at_most)
    pending = session.scalars(wanted).all()
    if not pending:
        return 0
    before = _keys_of(session, pending)
    here = records_of(session, pending)
    digests = {record_id: _digests(record) for record_id, record in here.items()}
    _write_keys(session, pending, digests)
    after = {digest for found in digests.values() for digest in found}
    _settle(session, _all_together(session, here, before | after, pending), pending)
    _remove(session, UnionPending, pending)
    return len(pending)


def _settle(session: Session, records: dict[int, CatalogueRecord], pending: Collection[int]) -> None:
    """Write who is shown with whom, and note whoever was shown otherwise."""
    stood = heads_of(session, sorted({*records, *pending}))
    stands = {key: min(group) for group in groups(records) if len(group) > 1 for key in group}
    looked_at = sorted(records.keys() | stood.keys())
    changed = {key for key in looked_at if stood.get(key) != stands.get(key)}
    if not changed:
        return
    _remove(session, UnionMember, looked_at)
    if stands:
        rows = [{"record_id": key, "head_id": head} for key, head in sorted(stands.items())]
        session.execute(insert(UnionMember), rows)
    heads = {which[key] for key in changed for which in (stood, stands) if key in which}
    note_changes(session, changed | heads, described=False)


def _all_together(
    session: Session, begun: dict[int, CatalogueRecord], digests: Collection[int], gone_too: Collection[int]
) -> dict[int, CatalogueRecord]:
    """Give the records, all that share a key with one of them, and so on; and those that were shown with them."""
    found = dict(begun)
    looked_at: set[int] = set()
    shared = set(digests)
    others = set(heads_of(session, sorted(gone_too)))
    while len(found) < MOST_TOGETHER:
        others |= _sharing(session, shared - looked_at)
        looked_at |= shared
        others |= set(heads_of(session, sorted(others)))
        new = records_of(session, sorted(others - found.keys()))
        if not new:
            return found
        found |= new
        shared = {digest for record in new.values() for digest in _digests(record)}
        others = set()
    return found


def _sharing(session: Session, digests: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for part in parts_of(sorted(digests)):
        few = select(UnionKey.key).where(UnionKey.key.in_(part)).group_by(UnionKey.key)
        wanted = select(UnionKey.record_id).where(UnionKey.key.in_(few.having(func.count() <= MOST_OF_ONE_KEY)))
        found.update(session.scalars(wanted))
    return found


def _keys_of(session: Session, record_ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for part in parts_of(sorted(record_ids)):
        found.update(session.scalars(select(UnionKey.key).where(UnionKey.record_id.in_(part))))
    return found


def _write_keys(session: Session, record_ids: Collection[int], digests: dict[int, set[int]]) -> None:
    _remove(session, UnionKey, record_ids)
    rows = [{"key": digest, "record_id": key} for key, found in digests.items() for digest in sorted(found)]
    if rows:
        session.execute(insert(UnionKey), rows)


def _remove(session: Session, table: type[UnionKey | UnionMember | UnionPending], record_ids: Collection[int]) -> None:
    for part in parts_of(sorted(record_ids)):
        session.execute(delete(table).where(table.record_id.in_(part)), execution_options=_SILENT)


def _digests(record: CatalogueRecord) -> set[int]:
    return {_digest(key) for key in Likeness.of(record).keys_shared()}


def _digest(key: Key) -> int:
    """Give a number for a key; two keys that get the same one only lead to a comparison in vain."""
    text = "\0".join(key).encode("utf-8", errors="replace")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> 1
