"""Brings a database's schema to what this release needs; works from an installed wheel, without alembic.ini."""

from importlib.resources import as_file, files
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from server.errors import StoreTooNewError
from server.store.turns import take_turns

CIRCULATION_STEPS: Final = "server.store.migrations"


def migrate(engine: Engine, steps: str = CIRCULATION_STEPS) -> str:
    """Run the missing steps of the package ``steps`` in one transaction; give the revision reached.

    Two processes that start at once take turns, and one that is killed leaves the schema as it was. A database that a
    newer release has already changed raises :class:`StoreTooNewError`.
    """
    with as_file(files(steps)) as folder, engine.begin() as connection:
        take_turns(connection, [steps])
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        scripts = ScriptDirectory.from_config(config)
        known = {script.revision for script in scripts.walk_revisions()}
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise StoreTooNewError(current)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        head = scripts.get_current_head()
        return head or ""
