#!/bin/sh
# Daily backups: database and filestore of one moment in one folder, checked, then named.
#
#   backup.sh            waits for BACKUP_AT each day (at once when the last one is overdue)
#   backup.sh once       makes one and ends
#   backup.sh healthy    fails when the newest backup is older than two days
#
# The database goes first: Odoo never changes a stored file, so the files of a later moment are
# a superset of those the dump names.
set -eu

: "${PGHOST:=db}" "${PGUSER:=odoo}" "${PGDATABASE:=suite}"
: "${DATA:=/var/lib/odoo}" "${BACKUPS:=/backups}" "${PASSWORD_FILE:=/run/secrets/odoo_db_password}"
: "${BACKUP_AT:=02:30}" "${BACKUP_KEEP:=14}"
export PGHOST PGUSER PGDATABASE

# libpq reads the password from this file only; it lies in memory (/tmp is a tmpfs).
pass() {
    [ -f "$PASSWORD_FILE" ] || return 0
    PGPASSFILE=${TMPDIR:-/tmp}/pgpass
    export PGPASSFILE
    (umask 077 && printf '*:*:*:%s:%s\n' "$PGUSER" "$(cat "$PASSWORD_FILE")" >"$PGPASSFILE")
}

one() {
    name=$(date -u +%Y%m%dT%H%M%SZ)
    partial=$BACKUPS/.partial
    rm -rf "$partial"
    mkdir -p "$partial"
    pg_dump --format=custom --no-owner --file="$partial/database.dump"
    pg_restore --list "$partial/database.dump" >/dev/null
    files=$DATA/filestore/$PGDATABASE
    [ -d "$files" ] || files=$partial/none
    mkdir -p "$partial/none"
    # tar's 1 means that a file changed or went while it was read: cleaning up may do that.
    tar -C "$files" -czf "$partial/filestore.tar.gz" . || [ $? -eq 1 ]
    tar -tzf "$partial/filestore.tar.gz" >/dev/null
    rmdir "$partial/none"
    (cd "$partial" && sha256sum database.dump filestore.tar.gz >SHA256SUMS)
    sync "$partial"
    mv "$partial" "$BACKUPS/$name"
    echo "backup $name: $(du -sh "$BACKUPS/$name" | cut -f1)"
    list | head -n "-$BACKUP_KEEP" | while read -r old; do
        rm -rf "${BACKUPS:?}/$old"
        echo "removed $old"
    done
}

# Oldest first; only complete ones have such a name.
list() {
    find "$BACKUPS" -mindepth 1 -maxdepth 1 -type d -name '20*Z' -printf '%f\n' | sort
}

newest() {
    last=$(list | tail -n 1)
    if [ -z "$last" ]; then echo 0; else stat -c %Y "$BACKUPS/$last"; fi
}

due() {
    slot=$(date -u -d "$BACKUP_AT" +%s)
    [ "$(date +%s)" -ge "$slot" ] || slot=$((slot - 86400))
    [ "$(newest)" -lt "$slot" ]
}

case ${1:-loop} in
once)
    pass
    one
    ;;
healthy)
    [ "$(newest)" -gt $(($(date +%s) - 172800)) ]
    ;;
loop)
    pass
    while :; do
        if due; then
            # In a shell of its own, so that a failure is seen and tried again.
            sh "$0" once || echo "backup failed; trying again in five minutes" >&2
            sleep 240
        fi
        sleep 60
    done
    ;;
*)
    echo "usage: backup.sh [once|healthy]" >&2
    exit 2
    ;;
esac
