"""Many accounts with a sealed ledger, written straight into the tables.

Everything comes from one fixed seed, so that two databases of a size are equal. The seals are
made by the module's own pure rules; two processes share the work, because sealing is what takes
the time. Foreign keys are not checked while loading: the ledger's verification is the judge.
"""

import concurrent.futures
import functools
import importlib.util
import itertools
import os
import random
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import psycopg2

from suite import database, secret

SEED = 20261122
MOVES_PER_ACCOUNT = 10  # one top-up, then charges
TOP_UP = Decimal("100.00")
FIRST_DAY = datetime(2026, 1, 1, 8)
CHUNK = 2000  # accounts that are written in one COPY

MOVE_COLUMNS = (
    *("id", "account_id", "seq", "kind", "date", "user_id", "company_id", "currency_id"),
    *("amount", "held_amount", "debt_amount", "asked_amount", "balance_after", "held_after"),
    *("debt_after", "key", "request_digest", "previous_hash", "hash"),
)
LOT_COLUMNS = (
    "id",
    "account_id",
    "company_id",
    "currency_id",
    "origin",
    "date",
    "amount",
    "remaining",
    "expiry_date",
    "seal",
)
ALLOCATION_COLUMNS = (
    *("id", "move_id", "lot_id", "amount", "currency_id", "accrual_company_id"),
    *("spend_company_id", "expiry_date"),
)

TABLES = (
    "loyalty_account",
    "loyalty_account_lot",
    "loyalty_account_move",
    "loyalty_account_allocation",
)


class Profile(NamedTuple):
    """What the ledger of each account looks like.

    :param moves: one top-up, then charges
    :param validity: after which the topped up credit expires; None: never
    :param cents: least amount of a charge, and what it stays below
    """

    first_day: datetime = FIRST_DAY
    moves: int = MOVES_PER_ACCOUNT
    validity: timedelta | None = None
    cents: tuple = (50, 1000)


USED = Profile()
# One account's life at a till: a cent at a time, so that what was topped up lasts.
LONG = Profile(moves=10_000, cents=(1, 2))
# Long over on every machine's clock, on some seventy different days.
EXPIRED = Profile(datetime(2024, 1, 1, 8), 1, timedelta(days=365))


class World(NamedTuple):
    """What the rows refer to."""

    rules_folder: str
    key: bytes
    company_id: int
    currency_id: int
    user_id: int
    first_account: int
    first_lot: int
    first_move: int
    first_allocation: int
    profile: Profile


def number(index):
    """Return the card number of the account with this index."""
    return f"B{index:09d}"


def fill(settings, name, accounts, show, profile=USED):
    """Write partners, accounts, lots, movements and allocations into a fresh database.

    :param profile: what the ledgers look like
    :param show: called with a text now and then
    """
    dsn = database.dsn(settings, name)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        world = _look_around(settings, cursor, profile)
        _write_masters(cursor, world, accounts)
    indexes = _drop_indexes(dsn)
    chunks = [
        (dsn, world, range(start, min(start + CHUNK, accounts)))
        for start in range(0, accounts, CHUNK)
    ]
    with concurrent.futures.ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done, _none in enumerate(pool.map(_write_chunk, *zip(*chunks, strict=True)), 1):
            show(f"{min(done * CHUNK, accounts)} accounts written")
    show("making the indexes")
    _finish(dsn, indexes)


def _look_around(settings, cursor, profile):
    cursor.execute("SELECT id, currency_id FROM res_company ORDER BY id LIMIT 1")
    company_id, currency_id = cursor.fetchone()
    firsts = []
    for table in TABLES:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
        firsts.append(cursor.fetchone()[0])
    first_account, first_lot, first_move, first_allocation = firsts
    return World(
        rules_folder=str(settings.addons / "loyalty_accounts" / "rules"),
        key=bytes.fromhex(secret.read(settings)["loyalty_ledger_key"]),
        company_id=company_id,
        currency_id=currency_id,
        user_id=2,
        first_account=first_account,
        first_lot=first_lot,
        first_move=first_move,
        first_allocation=first_allocation,
        profile=profile,
    )


# ---- partners and accounts ---------------------------------------------------


def _write_masters(cursor, world, accounts):
    """Write a partner for every fourth account, then the accounts without credit."""
    partners = max(accounts // 4, 1)
    cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM res_partner")
    first_partner = cursor.fetchone()[0]
    _copy_partner(cursor, first_partner, partners)
    cursor.execute(
        """
        INSERT INTO loyalty_account (id, number, name, partner_id, company_id, currency_id,
                                     active, blocked, discount, credit_rate, balance, held, debt,
                                     version, create_uid, write_uid, create_date, write_date)
        SELECT %(first)s + n, 'B' || lpad(n::text, 9, '0'), 'Card ' || n,
               %(partner)s + n %% %(partners)s, %(company)s, %(currency)s, true, false,
               n %% 20, 0.05, 0, 0, 0, 0, 1, 1, now(), now()
          FROM generate_series(0, %(accounts)s - 1) n
        """,
        {
            "first": world.first_account,
            "partner": first_partner,
            "partners": partners,
            "company": world.company_id,
            "currency": world.currency_id,
            "accounts": accounts,
        },
    )


def _copy_partner(cursor, first, count):
    """Write partners that are the administrator's in all that Odoo's modules add to the table."""
    own = {
        "id": "%(first)s + n",
        "name": "'Customer ' || n",
        "complete_name": "'Customer ' || n",
        "commercial_partner_id": "%(first)s + n",
        "email": "'customer' || n || '@example.com'",
        "email_normalized": "'customer' || n || '@example.com'",
        "phone": "'+1 555 ' || lpad(n::text, 7, '0')",
    }
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'"
    )
    columns = [column for (column,) in cursor.fetchall()]
    cursor.execute(
        f"""
        INSERT INTO res_partner ({", ".join(columns)})
        SELECT {", ".join(own.get(column, f"source.{column}") for column in columns)}
          FROM res_partner source, generate_series(0, %(count)s - 1) n
         WHERE source.id = (SELECT partner_id FROM res_users WHERE login = 'admin')
        """,
        {"first": first, "count": count},
    )


# ---- the ledger --------------------------------------------------------------


def _write_chunk(dsn, world, indexes):
    """Write the ledger of some accounts; runs in a process of its own."""
    lots, moves, allocations, heads = [], [], [], []
    for index in indexes:
        ledger = AccountLedger(world, index)
        lots.append(ledger.lot())
        moves += ledger.moves
        allocations += ledger.allocations
        heads.append(ledger.head())
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _copy(cursor, "loyalty_account_lot", LOT_COLUMNS, lots)
        _copy(cursor, "loyalty_account_move", MOVE_COLUMNS, moves)
        _copy(cursor, "loyalty_account_allocation", ALLOCATION_COLUMNS, allocations)
        cursor.execute(
            "CREATE TEMP TABLE head (id int, balance numeric, version int, hash text, seal text)"
        )
        _copy(cursor, "head", ("id", "balance", "version", "hash", "seal"), heads)
        cursor.execute(
            "UPDATE loyalty_account a SET balance = h.balance, version = h.version,"
            " head_hash = h.hash, head_seal = h.seal FROM head h WHERE a.id = h.id"
        )
    connection.close()


@functools.cache
def pure_rules(folder):
    """Import the module's rules without Odoo and without the module around them."""
    spec = importlib.util.spec_from_file_location(
        "loyalty_rules", f"{folder}/__init__.py", submodule_search_locations=[folder]
    )
    sys.modules["loyalty_rules"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["loyalty_rules"])
    return (
        importlib.import_module("loyalty_rules.chain"),
        importlib.import_module("loyalty_rules.entry"),
    )


class AccountLedger:
    """The movements of one seeded account: a top-up, then charges that it covers."""

    def __init__(self, world, index):
        self.world = world
        self.index = index
        self.account_id = world.first_account + index
        self.lot_id = world.first_lot + index
        self.moves = []
        self.allocations = []
        self.balance = Decimal(0)
        self.day = world.profile.first_day + timedelta(minutes=index)
        self.expiry = world.profile.validity and (self.day + world.profile.validity).date()
        self.seal = None
        random_cents = random.Random(f"{SEED}/{index}").randrange
        self._post("top_up", TOP_UP)
        for _number in range(world.profile.moves - 1):
            self._post("charge", -Decimal(random_cents(*world.profile.cents)) / 100)

    def _post(self, kind, amount):
        chain, entry = pure_rules(self.world.rules_folder)
        seq = len(self.moves) + 1
        moment = self.day + timedelta(days=seq)
        self.balance += amount
        request = entry.Request(
            kind,
            f"seed/{self.account_id}/{seq}",
            self.account_id,
            abs(amount),
            self.world.company_id,
        )
        movement = {
            **dict.fromkeys(chain.SEALED),
            "account_id": self.account_id,
            "seq": seq,
            "kind": kind,
            "key": request.key,
            "request_digest": request.digest,
            **dict.fromkeys(chain.AMOUNTS, Decimal(0)),
            "amount": amount,
            "asked_amount": request.amount,
            "balance_after": self.balance,
            "company_id": self.world.company_id,
            "user_id": self.world.user_id,
            "date": moment.strftime("%Y-%m-%d %H:%M:%S"),
            "allocations": [[self.lot_id, amount, self.world.company_id, self._expiry_text()]],
        }
        previous = self.seal or chain.GENESIS
        self.seal = chain.seal(self.world.key, previous, movement)
        offset = self.index * self.world.profile.moves + seq - 1
        move_id = self.world.first_move + offset
        values = movement | {
            "id": move_id,
            "currency_id": self.world.currency_id,
            "previous_hash": previous,
            "hash": self.seal,
        }
        self.moves.append(tuple(values[name] for name in MOVE_COLUMNS))
        company = self.world.company_id
        self.allocations.append(
            (
                *(self.world.first_allocation + offset, move_id, self.lot_id, amount),
                *(self.world.currency_id, company, company, self.expiry),
            )
        )

    def _expiry_text(self):
        return self.expiry and self.expiry.isoformat()

    def lot(self):
        """Return the row of the only lot."""
        chain, _entry = pure_rules(self.world.rules_folder)
        places = (self.world.company_id, self.world.currency_id)
        born = (*places, "top_up", self.day.date().isoformat(), TOP_UP, Decimal(0), None)
        return (
            *(self.lot_id, self.account_id, *places, "top_up"),
            *(self.day.date(), TOP_UP, self.balance, self.expiry),
            chain.birth_seal(self.world.key, "lot", self.account_id, 1, *born),
        )

    def head(self):
        """Return what the account's own row says of its ledger."""
        chain, _entry = pure_rules(self.world.rules_folder)
        world = self.world
        places = (world.company_id, world.currency_id, number(self.index))
        seal = chain.head_seal(world.key, self.account_id, self.seal, *places)
        return self.account_id, self.balance, len(self.moves), self.seal, seal


class Lines:
    """A file of rows for COPY, made while it is read."""

    def __init__(self, rows):
        self._lines = ("\t".join(map(_field, row)) + "\n" for row in rows)

    def read(self, _size=-1):
        """Return some hundred lines, nothing at the end."""
        return "".join(itertools.islice(self._lines, 500))


def _field(value):
    return "\\N" if value is None else str(value)


def _copy(cursor, table, columns, rows):
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", Lines(rows))


# ---- around the load ---------------------------------------------------------


def _drop_indexes(dsn):
    """Drop what would slow the load down; return the statements that bring it back."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
              FROM pg_index i
             WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
               AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
            """,
            [list(TABLES[1:])],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    connection.close()
    return [definition for _name, definition in indexes]


def _finish(dsn, indexes):
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        for definition in indexes:
            cursor.execute(definition)
        for table in (*TABLES, "res_partner"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
    connection.close()
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
