"""The one SQLite library of this program.

Two SQLite libraries that open one file in one process destroy its locks:
POSIX locks belong to the process, and closing any descriptor drops them all.
So nothing else here imports ``sqlite3``; a test holds that.
"""

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform: the standard library's, with a warning
    import sqlite3 as sqlite

__all__ = ["has_wal_reset_race", "sqlite"]


def has_wal_reset_race(version: tuple[int, ...] = sqlite.sqlite_version_info) -> bool:
    """Whether this SQLite can, rarely, lose commits in WAL mode (sqlite.org/wal.html#walresetbug).

    Present from 3.7.0; fixed in 3.51.3 and 3.53.0, backported to 3.44.6 and 3.50.7.
    """
    fixed = version >= (3, 51, 3)
    backported = (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51)
    return not (fixed or backported)
