"""Exporting 1,000 invoices to Fortnox's stand-in, which keeps the real limit of 25 calls in 5 s.

Ours: a queue of posted invoices, sent by the jobs of a server with two workers at a time, from the
first request to the last, by the stand-in's own log.

There is no peer but the limit: at best 1,000 invoices take 195 s, as the first 25 go at once.
``share_of_limit`` is that time divided by ours (target: at least 0.9), ``requests_per_invoice``
counts all requests to the provider (target: at most 1.1). Each document exists exactly once.
"""

import json
import time

import requests

from bench import connectors, harness, servers

COUNT = 1000
CALLS, SECONDS = 25, 5
LONGEST = 900  # seconds

SETUP = """
from odoo import Command
partner = env["res.partner"].create({"name": "Kaffebönan AB", "is_company": True})
env["accounting.partner.link"].create(
    {"backend_id": backend.id, "partner_id": partner.id, "external_id": "1"})
account = env["account.account"].search([("account_type", "=", "income")], limit=1)
env["accounting.account.map"].create(
    {"backend_id": backend.id, "account_id": account.id, "code": "3001"})
moves = env["account.move"].create([
    {"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": [Command.create({
        "name": "Tea", "quantity": 3, "price_unit": 9.99, "tax_ids": [], "account_id": account.id})]}
    for _number in range(COUNT)])
moves.action_post()
moves._export_to(backend)
env.cr.commit()
print(MARK + "[]")
"""


def run(bench):
    """Yield one row."""
    with connectors.connected(bench) as (name, stand_in, run_in_shell):
        run_in_shell(SETUP, COUNT=COUNT)
        before = len(_log(stand_in))
        with servers.running(bench.settings, name, workers=3):
            _wait(bench, stand_in)
        sent = _log(stand_in)[before:]
        documents = requests.get(f"{stand_in.url}/_standin/snapshot", timeout=60).json()["invoices"]
    assert len({one["ExternalInvoiceReference1"] for one in documents}) == len(documents) == COUNT
    spent = sent[-1]["at"] - sent[0]["at"]
    best = (COUNT / CALLS - 1) * SECONDS
    ours, peer = harness.Side(None, None, [spent]), harness.Side(None, None, [best])
    yield harness.row(
        "export",
        str(COUNT),
        ours,
        peer,
        share_of_limit=round(best / spent, 3),
        requests_per_invoice=round(len(sent) / COUNT, 3),
    )


def _wait(bench, stand_in):
    end = time.monotonic() + LONGEST
    while (count := _count(stand_in)) < COUNT:
        assert time.monotonic() < end, f"only {count} invoices after {LONGEST} seconds"
        bench.progress.show(f"{count} of {COUNT}")
        time.sleep(1)


def _count(stand_in):
    answer = requests.get(f"{stand_in.url}/_standin/snapshot", timeout=60)
    return len(answer.json()["invoices"])


def _log(stand_in):
    if not stand_in.request_log.exists():
        return []
    return [json.loads(line) for line in stand_in.request_log.read_text().splitlines()]
