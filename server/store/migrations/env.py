"""Runs the steps on the connection, and in the transaction, that server.store.migrate hands over."""

from alembic import context

from server.store.account_models import Hold

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Hold.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
