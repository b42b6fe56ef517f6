"""The backup and restore scripts of docker/, on the suite's own PostgreSQL."""

import contextlib
import hashlib
import os
import subprocess
import time

import psycopg2
import pytest

from suite import check, database, odoo, postgres, templates
from suite.settings import PROJECT

pytestmark = pytest.mark.apart

NAME = "suite_backup"
OLD_DATABASES = (NAME, f"{NAME}_restore", f"{NAME}_before_restore")


@pytest.fixture
def script(settings, tmp_path):
    """Run a script as its container would: same variables, other places."""
    postgres.ensure_running(settings)
    for name in OLD_DATABASES:
        database.drop(settings, name)
    database.create(settings, NAME)
    database.query(
        settings, "CREATE TABLE card (number text); INSERT INTO card VALUES ('A1')", NAME
    )
    stored = tmp_path / "data" / "filestore" / NAME / "ab"
    stored.mkdir(parents=True)
    (stored / "abc").write_text("picture")
    (tmp_path / "backups").mkdir()
    environment = settings.child_environment(
        **postgres.connection(settings).environment(),
        PATH=f"{postgres.binaries(settings)}:{os.environ['PATH']}",
        PGDATABASE=NAME,
        DATABASE=NAME,
        OWNER=postgres.connection(settings).user,
        DATA=tmp_path / "data",
        BACKUPS=tmp_path / "backups",
        PASSWORD_FILE=tmp_path / "none",
        TMPDIR=tmp_path,
    )

    def run(name, *arguments, check=True, **variables):
        return subprocess.run(
            ["sh", PROJECT / "docker" / name, *arguments],
            env=environment | variables,
            check=check,
            capture_output=True,
            text=True,
            timeout=120,
        )

    yield run
    for name in OLD_DATABASES:
        database.drop(settings, name)


def backups(tmp_path):
    return sorted(path.name for path in (tmp_path / "backups").iterdir())


def test_a_backup_brings_database_and_files_back(script, settings, tmp_path):
    script("backup.sh", "once")
    (name,) = backups(tmp_path)
    database.query(settings, "UPDATE card SET number = 'lost'", NAME)
    (tmp_path / "data" / "filestore" / NAME / "ab" / "abc").unlink()

    script("restore.sh", name)

    assert database.query(settings, "SELECT number FROM card", NAME) == [["A1"]]
    assert (tmp_path / "data" / "filestore" / NAME / "ab" / "abc").read_text() == "picture"
    before = f"{NAME}_before_restore"
    assert database.query(settings, "SELECT number FROM card", before) == [["lost"]]


def test_a_lost_demo_comes_back_whole_and_passes_every_check(script, settings, tmp_path):
    odoo.render_configuration(settings)
    database.drop(settings, NAME)
    database.clone(settings, templates.complete(settings), NAME)
    rows, files = count_rows(settings), stored(settings)
    assert rows["loyalty_account_move"] > 0
    assert len(files) > 10
    script("backup.sh", "once", DATA=settings.filestore)
    (name,) = backups(tmp_path)
    database.drop(settings, NAME)
    assert not stored(settings)

    script("restore.sh", name, DATA=settings.filestore)

    assert count_rows(settings) == rows
    assert stored(settings) == files
    found = check.find(settings, NAME)
    apps = {"accounting_connectors", "consignment_portal", "loyalty_accounts"}
    assert apps <= {module for module, *_ in found}
    assert [row for row in found if row[2]] == []


def count_rows(settings):
    """Return {table: rows} of the whole database."""
    connection = psycopg2.connect(database.dsn(settings, NAME))
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            ((counts[name],),) = cursor.fetchall()
    return counts


def stored(settings):
    """Return {name: hash of the content} of the stored files."""
    folder = settings.filestore / "filestore" / NAME
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_damaged_backup_is_refused_and_changes_nothing(script, settings, tmp_path):
    script("backup.sh", "once")
    (name,) = backups(tmp_path)
    with (tmp_path / "backups" / name / "database.dump").open("ab") as dump:
        dump.write(b"x")
    assert script("restore.sh", name, check=False).returncode
    assert not database.exists(settings, f"{NAME}_before_restore")


def test_a_restore_under_a_running_server_is_refused(script, settings, tmp_path):
    script("backup.sh", "once")
    (name,) = backups(tmp_path)
    connection = psycopg2.connect(database.dsn(settings, NAME))
    done = script("restore.sh", name, check=False)
    connection.close()
    assert done.returncode
    assert "stop odoo" in done.stderr


def test_a_failed_backup_leaves_nothing_that_looks_complete(script, settings, tmp_path):
    database.drop(settings, NAME)
    assert script("backup.sh", "once", check=False).returncode
    assert backups(tmp_path) == [".partial"]


def test_only_the_newest_backups_are_kept(script, tmp_path):
    for day in (1, 2, 3):
        (tmp_path / "backups" / f"2026010{day}T023000Z").mkdir()
    script("backup.sh", "once", BACKUP_KEEP="2")
    kept = backups(tmp_path)
    assert len(kept) == 2
    assert kept[0] == "20260103T023000Z"


def test_the_health_check_wants_a_backup_of_the_last_two_days(script, tmp_path):
    assert script("backup.sh", "healthy", check=False).returncode
    script("backup.sh", "once")
    assert script("backup.sh", "healthy", check=False).returncode == 0
    (name,) = backups(tmp_path)
    old = time.time() - 3 * 86400
    os.utime(tmp_path / "backups" / name, (old, old))
    assert script("backup.sh", "healthy", check=False).returncode


def test_without_a_name_the_restore_lists_what_there_is(script, tmp_path):
    script("backup.sh", "once")
    done = script("restore.sh", check=False)
    assert done.returncode == 2
    assert backups(tmp_path)[0] in done.stderr
