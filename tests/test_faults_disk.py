"""The disk of the files is full: people are told, nothing is half written, and later it works again."""

import base64
import contextlib
import io
import os
import resource
import uuid

import psutil
import pytest
from browser import Browser, query, value_of
from PIL import Image
from rpc import JsonRpc, Refusal

from suite import check, database, odoo, postgres, process, templates
from suite.errors import CommandFailed

pytestmark = pytest.mark.apart

DATABASE = "suite_disk"
#: Bytes: sessions are smaller, photos and files larger.
SMALL = 8192
SENTENCE = "no space left for files"


class SmallDisk:
    """A file system of its own, which a file fills up."""

    def __init__(self, folder):
        self.folder = folder
        process.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", folder])

    @contextlib.contextmanager
    def full(self, _server):
        """Fill it to the last byte."""
        filler = self.folder / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 2**16)
        with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
            while True:
                file.write(b"\0")
        try:
            yield
        finally:
            filler.unlink()

    def close(self):
        """Give it back."""
        process.run(["umount", self.folder])


class SmallFiles:
    """Not root: the kernel permits the server's processes no larger files than some bytes."""

    def __init__(self, folder):
        self.folder = folder

    @contextlib.contextmanager
    def full(self, server):
        """Permit next to nothing."""
        main = psutil.Process(server.running())
        workers = [main, *main.children(recursive=True)]
        for worker in workers:
            worker.rlimit(psutil.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))
        try:
            yield
        finally:
            for worker in workers:
                with contextlib.suppress(psutil.NoSuchProcess):  # one that was replaced meanwhile
                    worker.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def close(self):
        """Nothing to give back."""


def may_mount(folder):
    """Tell whether a file system can be made here."""
    if os.geteuid():
        return False
    try:
        SmallDisk(folder).close()
    except CommandFailed:  # root of a container without that right
        return False
    return True


@pytest.fixture(scope="module", params=["disk", "files"])
def small(request, settings, tmp_path_factory):
    """A server whose files lie where there may be no space: ``(server, its disk)``.

    Where no file system can be made, both are the kernel's limit on the size of files.
    """
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    source = templates.complete(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, source, DATABASE)
    folder = tmp_path_factory.mktemp("disk")
    with contextlib.ExitStack() as stack:
        stack.callback(database.drop, settings, DATABASE)
        disk = (SmallDisk if request.param == "disk" and may_mount(folder) else SmallFiles)(folder)
        stack.callback(disk.close)
        (folder / "filestore").mkdir()
        files = settings.filestore / "filestore" / source
        process.run(["cp", "-a", "--", files, folder / "filestore" / DATABASE])
        server = odoo.OdooServer(
            settings, DATABASE, workers=2, name="disk", arguments=[f"--data-dir={folder}"]
        )
        server.logins = {"admin": "admin", "nora": "nora"}
        stack.enter_context(server)
        yield server, disk


def noise():
    """Return the bytes of a photo that does not get small."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (200, 200), os.urandom(120_000)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def count(server, table):
    """Return how many rows a table has."""
    return query(server, f"SELECT count(*) FROM {table}")[0][0]


def assert_files_are_whole(server, disk):
    """Each file that the database names is there, with the size that it should have."""
    stored = disk.folder / "filestore" / DATABASE
    for name, size in query(
        server, "SELECT store_fname, file_size FROM ir_attachment WHERE store_fname IS NOT NULL"
    ):
        assert (stored / name).stat().st_size == size, name


def assert_all_right(server, disk):
    """Nothing is half written, in the database or beside it."""
    assert_files_are_whole(server, disk)
    assert [row for row in check.find(server.settings, DATABASE) if row[2]] == []


def test_a_photo_is_kept_whole_or_not_at_all(small):
    server, disk = small
    JsonRpc(server, "admin")(
        "consignment.consignor", "write", find_nora(server), {"entry_quota": 9}
    )
    nora, picture = Browser(server, "nora"), noise()
    page = nora.get("/consign/30012/enter")
    category = page.text.split('name="categ_id"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    form = {"key": value_of(page, "key"), "categ_id": category, "title": "Lamp", "price": "12,50"}

    def save():
        return nora.post(
            "/consign/30012/enter/save", page, files={"photo": ("a.jpg", picture)},
            headers={"Accept": "application/json"}, **form,
        )  # fmt: skip

    before = count(server, "consignment_article"), count(server, "ir_attachment")
    with disk.full(server):
        refused = save()
    assert refused.status_code == 422
    assert SENTENCE in refused.text
    assert (count(server, "consignment_article"), count(server, "ir_attachment")) == before
    assert save().status_code == 200
    assert count(server, "consignment_article") == before[0] + 1
    assert_all_right(server, disk)


def find_nora(server):
    """Return the ids of the records that Nora's login is."""
    rows = query(
        server,
        "SELECT c.id FROM consignment_consignor c JOIN res_users u ON u.id = c.user_id WHERE u.login = 'nora'",
    )
    return [row[0] for row in rows]


def test_a_file_of_accounts_is_imported_whole_or_not_at_all(small):
    server, disk = small
    admin, mark = JsonRpc(server, "admin"), uuid.uuid4().hex[:6]
    rows = "".join(f"{mark}{number:04},Card {number},5.00\n" for number in range(1500))
    content = base64.b64encode(f"Number,Name,Opening balance\n{rows}".encode()).decode()
    values = {"file": content, "file_name": "cards.csv"}
    before = count(server, "loyalty_account"), count(server, "loyalty_account_import")
    with disk.full(server), pytest.raises(Refusal, match=SENTENCE):
        admin("loyalty.account.import", "create", [values])
    assert (count(server, "loyalty_account"), count(server, "loyalty_account_import")) == before
    (imported,) = admin("loyalty.account.import", "create", [values])
    assert admin("loyalty.account.import", "read", [imported], ["file_name"])
    assert_all_right(server, disk)


def test_labels_and_statements_need_no_space_of_the_files(small):
    server, disk = small
    admin = Browser(server, "admin")
    ((article,),) = query(server, "SELECT min(id) FROM consignment_article WHERE state = 'stock'")
    ((account,),) = query(server, "SELECT min(id) FROM loyalty_account WHERE balance > 0")
    labels = JsonRpc(server, "admin")(
        "consignment.label.print", "create", [{"article_ids": [[6, 0, [article]]]}]
    )
    paths = (
        f"/report/pdf/consignment_portal.drawn_labels/{labels[0]}",
        f"/report/pdf/loyalty_accounts.drawn_cards/{account}",
    )
    with disk.full(server):
        pages = [admin.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200, 200]
    assert all(page.content.startswith(b"%PDF") for page in pages)
    assert_all_right(server, disk)
