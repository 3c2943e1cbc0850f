"""Runs the steps on the connection, and in the transaction, that server.store.migrate hands over."""

from alembic import context

from server.store.account_models import Hold
from server.store.catalogue_models import Change
from server.store.citizen_models import CitizenLink
from server.store.cover_models import Cover
from server.store.fee_models import FeeAct
from server.store.harvest_models import HarvestSource
from server.store.mail_models import ReceiptMail
from server.store.offline_models import Matter
from server.store.receipt_models import StoredReceipt
from server.store.replay_models import ReplayedEvent
from server.store.transfer_models import Transfer
from server.store.union_models import UnionMember
from server.store.use_models import ItemUsed

_TABLES = (
    Hold,
    Matter,
    Change,
    FeeAct,
    StoredReceipt,
    Transfer,
    ItemUsed,
    UnionMember,
    HarvestSource,
    CitizenLink,
    Cover,
    ReplayedEvent,
    ReceiptMail,
)
"""One of each module, so that all tables are known."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=_TABLES[0].metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
