"""One SQLite file: private to its owner, durable at each commit, migrated with a backup, and able to forget."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from pipeline.core.canonical import TEMP_PREFIX, make_private_dir
from pipeline.core.errors import OutputError
from pipeline.review.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
BACKUP_MARK = ".backup-"
BUSY_S = 60.0
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # each commit reaches the disk before it is acknowledged
    "secure_delete = ON",
    "temp_store = MEMORY",  # no temporary file elsewhere, not even while vacuuming
    "trusted_schema = OFF",
)


class Database:
    """Hold one open SQLite file; safe to share between threads, and every process opens its own.

    The file and its `-wal` and `-shm` have mode 0600 whatever the umask. Opening brings it to the newest schema: `migrations` holds
    `0001_*.sql`, `0002_*.sql` …, each applied whole, after a backup of a file that already had a schema.
    """

    def __init__(self, path: Path, *, migrations: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with _told():
            _make_private_file(path)
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            self._migrate(migrations)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the last one to close it also removes `-wal` and `-shm`."""
        with self._lock:
            self._connection.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock, _told():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the only write lock for the body: committed and synced when it ends, rolled back when it raises."""
        with self._lock, _told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def scrub(self) -> None:
        """Leave no byte of deleted rows in the file, its write-ahead log or its backups.

        Raises `StoreError` when another program holds the file open in the middle of a read; nothing is lost then, run it again.
        """
        with self._lock, _told():
            for backup in self.backups():
                backup.unlink()
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                found = self._connection.execute(statement).fetchone()
                if found is not None and found[0]:
                    raise StoreError("REV-001", "the store is in use by another program", way_out="Close it there, then run this again.")

    def backups(self) -> list[Path]:
        """Return the backups that migrations left beside the file."""
        return sorted(self.path.parent.glob(f"{self.path.name}{BACKUP_MARK}*"))

    def _migrate(self, folder: Path) -> None:
        scripts = sorted(folder.glob("*.sql"))
        done = self._version()
        if done > len(scripts):
            raise StoreError("REV-004", "the store was made by a newer version", way_out="Use that version, or a backup beside the store.")
        for number, script in enumerate(scripts[done:], done + 1):
            if number > 1:
                self._back_up(number - 1)
            with self.writing() as connection:
                if self._version() < number:  # another process may have been faster
                    for statement in _statements(script.read_text(encoding="utf-8")):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _back_up(self, version: int) -> None:
        backup = self.path.with_name(f"{self.path.name}{BACKUP_MARK}{version}")
        temporary = backup.with_name(f"{TEMP_PREFIX}{backup.name}.{os.getpid()}")
        _make_private_file(temporary)
        target = sqlite3.connect(temporary)
        try:
            self._connection.backup(target)
        finally:
            target.close()
        temporary.replace(backup)


def _make_private_file(path: Path) -> None:
    try:
        make_private_dir(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.fchmod(descriptor, 0o600)
        os.close(descriptor)
    except OSError as error:
        raise OutputError(
            "REV-002", f"the store cannot be opened: {os.strerror(error.errno or 0).lower()}", way_out="Check the folder's permissions."
        ) from None


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script one by one, so that they can run inside one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _told() -> Iterator[None]:
    """Turn SQLite's errors into ours; its messages stay behind, since they may quote a value."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _IN_USE:
            raise StoreError("REV-001", "the store is in use by another program", way_out="Close it there, then run this again.") from None
        if code in _DISK:
            raise OutputError(
                "REV-002", "the store could not be written", way_out="Check free space and permissions of its folder."
            ) from None
        raise StoreError("REV-003", "the store is damaged or is no store", way_out="Use a backup, or start a new store.") from None
