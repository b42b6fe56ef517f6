#!/bin/sh
# Runs once, in an empty cluster: Odoo's role owns its own database and nothing else.
set -eu
: "${ODOO_PASSWORD_FILE:=/run/secrets/odoo_db_password}"
export ODOO_PASSWORD_FILE

# psql reads the password itself, so that it is on no command line.
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat "$ODOO_PASSWORD_FILE"`
CREATE ROLE odoo LOGIN PASSWORD :'password';
CREATE DATABASE suite OWNER odoo ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0;
REVOKE CONNECT ON DATABASE suite FROM PUBLIC;
\connect suite
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
-- As Odoo does it for its own databases: indexes of some of its modules need it.
ALTER FUNCTION unaccent(text) IMMUTABLE;
SQL
