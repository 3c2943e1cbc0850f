"""Runs the steps on the connection, and in the transaction, that server.store.migrate hands over."""

from alembic import context

from server.fleet.models import FleetBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=FleetBase.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
