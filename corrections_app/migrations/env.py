"""Alembic's way in: the models' tables on one side, the database on the other."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def include(_object, name, _type, _reflected, _compare_to):
    """Full-text search belongs to the database, not to the models."""
    return not (name or "").startswith("search_")


def run() -> None:
    """Bring the schema up in one transaction."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            include_object=include,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
