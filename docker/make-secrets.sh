#!/bin/sh
# Makes the secrets that docker-compose.yml names; never replaces one that is there.
# The folder is closed to everybody but its owner. The files in it are readable, because each
# container reads its own through a bind mount under another user number.
set -eu
folder=${1:-$(dirname -- "$0")/secrets}

mkdir -p "$folder"
chmod 0700 "$folder"
for name in postgres_password odoo_db_password odoo_admin_password loyalty_ledger_key \
    accounting_secret_key; do
    if [ ! -s "$folder/$name" ]; then
        od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' >"$folder/$name.new"
        chmod 0444 "$folder/$name.new"
        mv "$folder/$name.new" "$folder/$name"
        echo "made $folder/$name"
    fi
done
