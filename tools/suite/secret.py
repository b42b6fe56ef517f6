"""Generated secrets of a work folder: made once, kept in a file only its owner may read."""

import json
import secrets

from suite import stamps

# name -> bytes of randomness; written as hexadecimal digits
GENERATED = {
    "accounting_secret_key": 32,
    "admin_passwd": 24,
    "loyalty_ledger_key": 32,
    "pg_password": 24,
}


def read(settings):
    """Return all secrets by name, generating those that are missing.

    An existing value is never replaced: keys sign and encrypt what is in the database.
    """
    path = settings.run / "secrets.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = {
        name: secrets.token_hex(size) for name, size in GENERATED.items() if name not in known
    }
    if missing:
        known |= missing
        stamps.write_text(path, json.dumps(known, indent=1) + "\n", mode=0o600)
    return known
