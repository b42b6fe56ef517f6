"""Refusals of the kit, each with a sentence for whoever asked."""

from odoo.exceptions import UserError


class NoSpace(UserError):
    """The server's disk is full: nothing was saved."""
