import errno
import os

from odoo import api, models

from ..exceptions import NoSpace

#: No space on the disk, none left of the user's share, and a file larger than permitted.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class IrAttachment(models.Model):
    """What cannot be stored whole is not stored at all, and whoever stored it is told."""

    _inherit = "ir.attachment"

    @api.model
    def _file_write(self, bin_value, checksum):
        """Override: remove the part of a file that a full disk has left.

        Core would take it for another file of the same name, and refuse the whole one for ever.

        :raise NoSpace: the disk is full
        """
        try:
            return super()._file_write(bin_value, checksum)
        except OSError as error:
            self._remove_part(checksum, len(bin_value))
            if error.errno in FULL:
                raise NoSpace(
                    self.env._(
                        "The server has no space left for files. Nothing was saved: tell whoever runs "
                        "it, and try again later."
                    )
                ) from error
            raise

    @api.model
    def _remove_part(self, checksum, size):
        path = self._full_path(f"{checksum[:2]}/{checksum}")
        # Whole, it may be another transaction's, who found it there.
        if os.path.isfile(path) and os.path.getsize(path) < size:
            os.unlink(path)
