import builtins
import errno
import os
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..exceptions import NoSpace


@tagged("post_install", "-at_install")
class TestFullDisk(TransactionCase):
    def setUp(self):
        super().setUp()
        self.content = os.urandom(20_000)  # files outlive the test's transaction

    def _fill(self, number=errno.ENOSPC):
        """Let every new file end after a few bytes, as on a full disk."""
        real = builtins.open

        def open_full(path, mode="r", *args, **kwargs):
            opened = real(path, mode, *args, **kwargs)
            if mode == "wb":
                opened.write(self.content[:10])
                opened.close()
                raise OSError(number, os.strerror(number))
            return opened

        return patch.object(builtins, "open", open_full)

    def _store(self):
        return self.env["ir.attachment"].create({"name": "photo", "raw": self.content})

    def test_who_stores_is_told_and_the_same_file_is_stored_once_there_is_space(self):
        for number in (errno.ENOSPC, errno.EFBIG):
            with self._fill(number), self.assertRaisesRegex(NoSpace, "no space left"):
                self._store()
        self.assertEqual(self._store().raw, self.content)

    def test_other_errors_leave_no_part_either(self):
        with self._fill(errno.EIO), self.assertRaises(OSError):
            self._store()
        self.assertEqual(self._store().raw, self.content)
