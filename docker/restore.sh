#!/bin/sh
# Puts a backup back:  restore.sh NAME   (without a name: lists them)
#
# The dump goes into a new database first; only when all of it is there the two change places.
# What was there before stays as database suite_before_restore and filestore/suite.before.
set -eu

: "${PGHOST:=db}" "${PGUSER:=postgres}" "${DATABASE:=suite}" "${OWNER:=odoo}"
: "${DATA:=/var/lib/odoo}" "${BACKUPS:=/backups}" "${PASSWORD_FILE:=/run/secrets/postgres_password}"
export PGHOST PGUSER

if [ -f "$PASSWORD_FILE" ]; then
    PGPASSFILE=${TMPDIR:-/tmp}/pgpass
    export PGPASSFILE
    (umask 077 && printf '*:*:*:%s:%s\n' "$PGUSER" "$(cat "$PASSWORD_FILE")" >"$PGPASSFILE")
fi

if [ $# -ne 1 ]; then
    echo "usage: restore.sh NAME, one of:" >&2
    find "$BACKUPS" -mindepth 1 -maxdepth 1 -type d -name '20*Z' -printf '%f\n' | sort >&2
    exit 2
fi

sql() {
    psql -qAtX -v ON_ERROR_STOP=1 --dbname "${2:-postgres}" --command "$1"
}

from=$BACKUPS/$1
(cd "$from" && sha256sum --check --quiet SHA256SUMS)

if [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = '$DATABASE'")" -gt 0 ]; then
    echo "Somebody is connected to $DATABASE; stop odoo and backup first." >&2
    exit 1
fi

new=${DATABASE}_restore
before=${DATABASE}_before_restore
sql "DROP DATABASE IF EXISTS $new"
sql "CREATE DATABASE $new OWNER $OWNER ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
sql "REVOKE CONNECT ON DATABASE $new FROM PUBLIC"
sql "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; ALTER FUNCTION unaccent(text) IMMUTABLE" "$new"
# Comments on extensions belong to the superuser: everything else is made as Odoo's own role.
pg_restore --list "$from/database.dump" | grep -vE ' (EXTENSION|COMMENT - EXTENSION) ' >"${TMPDIR:-/tmp}/toc"
pg_restore --use-list="${TMPDIR:-/tmp}/toc" --role="$OWNER" --no-owner --exit-on-error \
    --single-transaction --dbname="$new" "$from/database.dump"

store=$DATA/filestore
rm -rf "$store/$DATABASE.new"
mkdir -p "$store/$DATABASE.new"
tar -C "$store/$DATABASE.new" -xzf "$from/filestore.tar.gz"
chown -R --reference="$DATA" "$store/$DATABASE.new"

sql "DROP DATABASE IF EXISTS $before"
if [ -n "$(sql "SELECT 1 FROM pg_database WHERE datname = '$DATABASE'")" ]; then
    sql "ALTER DATABASE $DATABASE RENAME TO $before"
fi
sql "ALTER DATABASE $new RENAME TO $DATABASE"
rm -rf "$store/$DATABASE.before"
[ ! -d "$store/$DATABASE" ] || mv "$store/$DATABASE" "$store/$DATABASE.before"
mv "$store/$DATABASE.new" "$store/$DATABASE"
echo "restored $1; what was there before: database $before, $store/$DATABASE.before"
