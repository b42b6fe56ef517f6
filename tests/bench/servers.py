"""The measured server, and the one user that does everything in a case."""

import contextlib

from bench.clients import QueryLog, Rpc
from suite import odoo

LOGIN, PASSWORD = "bench", "bench-only-on-loopback"
# May use accounts and write partners: the least that ours and the peer need.
GROUPS = ("base.group_user", "base.group_partner_manager", "loyalty_accounts.group_user")
# The notice that XML-RPC will go away some day would be logged with every call.
QUIET = "--log-handler=odoo.addons.rpc.controllers.xmlrpc:ERROR"


@contextlib.contextmanager
def running(settings, *databases, workers, arguments=(), cron_threads=0):
    """Run a server on databases; yields it and the log of its requests."""
    server = odoo.OdooServer(
        settings, ",".join(databases), workers=workers, name="bench", cron_threads=cron_threads,
        arguments=[QUIET, *arguments],
    )  # fmt: skip
    with server:
        yield server, QueryLog(server.log_file)


def administrator(server, database):
    """Return the XML-RPC connection of the administrator."""
    return Rpc(server.url, database, "admin", "admin")


def ensure_user(server, database):
    """Make the measured user unless it is there."""
    admin = administrator(server, database)
    if admin.call("res.users", "search_count", [("login", "=", LOGIN)]):
        return
    groups = [
        admin.call("ir.model.data", "search_read", domain, ["res_id"], limit=1)[0]["res_id"]
        for domain in ([("module", "=", m), ("name", "=", n)] for m, _, n in _split(GROUPS))
    ]
    values = {"name": "Bench", "login": LOGIN, "password": PASSWORD, "group_ids": [(6, 0, groups)]}
    admin.call("res.users", "create", values)


def _split(names):
    return [name.partition(".") for name in names]
