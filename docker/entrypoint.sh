#!/bin/sh
# Joins the configuration with the secrets in memory (/run/odoo is a tmpfs) and starts Odoo.
# Secrets are neither in the image, nor in the environment, nor on a command line.
set -eu

base=${SUITE_CONF:-/etc/odoo/suite.conf}
secrets=${SUITE_SECRETS:-/run/secrets}
conf=${SUITE_RUN:-/run/odoo}/odoo.conf

# An empty secret would leave Odoo with a default that everybody knows.
option() {
    value=$(tr -d '\r\n' <"$secrets/$2")
    if [ ${#value} -lt 24 ]; then
        echo "The secret $2 has fewer than 24 characters; make it with docker/make-secrets.sh." >&2
        exit 1
    fi
    printf '%s = %s\n' "$1" "$value"
}

# The subshell keeps the narrow umask away from Odoo's own files, which the backup reads.
(
    umask 077
    {
        cat "$base"
        option db_password odoo_db_password
        option admin_passwd odoo_admin_password
        option loyalty_ledger_key loyalty_ledger_key
        option accounting_secret_key accounting_secret_key
    } >"$conf"
)

exec odoo --config="$conf" "$@"
