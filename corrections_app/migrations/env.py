"""Alembic's way in: the models' tables on one side, the database on the other."""

from contextlib import contextmanager

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def include(_object, name, _type, _reflected, _compare_to):
    """Full-text search belongs to the database, not to the models."""
    return not (name or "").startswith("search_")


def run() -> None:
    """Bring the schema up in one transaction."""
    with database.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=True,
            include_object=include,
            transaction_per_migration=False,
            on_version_apply=_check_references,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _tables_may_be_rebuilt(connection):
    """SQLite changes a column by making its table anew, which rows of others point at.

    So, as its own manual has it (https://sqlite.org/lang_altertable.html, section 7), they are
    not looked at meanwhile; which can be said only before a transaction begins.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=0")
    try:
        yield
    finally:
        connection.rollback()  # a read is open still, and until it ends nothing can be said
        driver.execute("PRAGMA foreign_keys=1")


def _check_references(ctx, step, heads, run_args):
    """After each version and before it is committed: no row points at one that is not there.

    Raises RuntimeError, which takes the version back.
    """
    connection = ctx.connection
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise RuntimeError(f"A row of {lost[0]} points at none of {lost[2]}.")


run()
