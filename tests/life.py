"""What the tests of a module's life share: installing, removing, and comparing what a database holds."""

import re
from collections import Counter

from suite import database, modules, odoo, process

#: The suite's extensions of PostgreSQL bring functions of their own.
NOT_OF_EXTENSIONS = (
    "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = {}.oid AND d.deptype = 'e')"
)

#: {kind: query of one column}: everything that a module can leave in a database, by name.
KINDS = {
    "relation": """
        SELECT concat_ws(' ', c.relkind, c.relname) FROM pg_class c
         WHERE c.relname !~ '^ir_sequence_[0-9]' AND c.relnamespace = 'public'::regnamespace
           AND c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f')""",
    "column": """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "index": """
        SELECT regexp_replace(indexdef, '"', '', 'g') FROM pg_indexes WHERE schemaname = 'public'""",
    "constraint": """
        SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0""",
    "trigger": """
        SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "function": f"""
        SELECT p.oid::regprocedure::text || md5(p.prosrc) FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace AND {NOT_OF_EXTENSIONS.format("p")}""",
    "type": f"""
        SELECT t.typname FROM pg_type t
         WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
           AND {NOT_OF_EXTENSIONS.format("t")}""",
    "event trigger": "SELECT evtname FROM pg_event_trigger",
    # Core leaves ids of rows behind that went with their model, until their module is next upgraded.
    "external id": """
        SELECT CASE model WHEN 'ir.model.fields' THEN '' ELSE module || '.' END || name || ' ' || model
          FROM (SELECT DISTINCT name, model, res_id, CASE model WHEN 'ir.model.fields' THEN '' ELSE module END
                       AS module FROM ir_model_data) ids
         WHERE NOT (model = 'ir.model.inherit' AND res_id NOT IN (SELECT id FROM ir_model_inherit))
           AND NOT (model = 'ir.model.constraint' AND res_id NOT IN (SELECT id FROM ir_model_constraint))
           AND NOT (model = 'ir.model.fields.selection'
                    AND res_id NOT IN (SELECT id FROM ir_model_fields_selection))""",
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "selection": """
        SELECT f.model || '.' || f.name || '=' || s.value FROM ir_model_fields_selection s
          JOIN ir_model_fields f ON f.id = s.field_id""",
    "access": """
        SELECT concat_ws(' ', a.name, m.model, g.name->>'en_US', a.active, a.perm_read, a.perm_write,
                         a.perm_create, a.perm_unlink)
          FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id
          LEFT JOIN res_groups g ON g.id = a.group_id""",
    "rule": """
        SELECT concat_ws(' ', m.model, r.name, r.active, r.global, r.domain_force, r.perm_read, r.perm_write,
                         r.perm_create, r.perm_unlink)
          FROM ir_rule r JOIN ir_model m ON m.id = r.model_id""",
    "view": """
        SELECT concat_ws(' ', v.model, v.name, v.key, v.type, v.mode, v.priority, v.active,
                         md5(regexp_replace(v.arch_db->>'en_US', '[0-9]+', '', 'g')), p.name)
          FROM ir_ui_view v LEFT JOIN ir_ui_view p ON p.id = v.inherit_id""",
    "menu": """
        SELECT concat_ws(' / ', p.name->>'en_US', m.name->>'en_US') FROM ir_ui_menu m
          LEFT JOIN ir_ui_menu p ON p.id = m.parent_id""",
    "action": "SELECT type || ' ' || (name->>'en_US') FROM ir_actions",
    "group": "SELECT g.name->>'en_US' || coalesce(' / ' || (p.name->>'en_US'), '') FROM res_groups g"
    " LEFT JOIN res_groups_privilege p ON p.id = g.privilege_id",
    "group implied": """
        SELECT (a.name->>'en_US') || ' > ' || (b.name->>'en_US') FROM res_groups_implied_rel r
          JOIN res_groups a ON a.id = r.gid JOIN res_groups b ON b.id = r.hid""",
    "cron": """
        SELECT concat_ws(' ', a.name->>'en_US', c.active, c.interval_number, c.interval_type)
          FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id""",
    "parameter": "SELECT key FROM ir_config_parameter",
    "module": """
        SELECT name || ' ' || state FROM ir_module_module WHERE state NOT IN ('uninstalled', 'uninstallable')""",
    "default": """
        SELECT f.model || '.' || f.name || ' ' || d.json_value FROM ir_default d
          JOIN ir_model_fields f ON f.id = d.field_id WHERE coalesce(d.company_id, 1) = 1""",
    "asset": "SELECT name || ' ' || path FROM ir_asset",
    "sequence": """
        SELECT concat_ws(' ', name, code) FROM ir_sequence WHERE coalesce(company_id, 1) = 1""",
    "template of mails": "SELECT name->>'en_US' FROM mail_template",
    "subtype": "SELECT name->>'en_US' || ' ' || coalesce(res_model, '') FROM mail_message_subtype",
    "activity type": "SELECT name->>'en_US' FROM mail_activity_type",
    "paper": "SELECT name FROM report_paperformat",
}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
#: Kinds that there are with Odoo's module ``mail`` only, and their tables.
OF_MAIL = {
    "template of mails": "mail_template",
    "subtype": "mail_message_subtype",
    "activity type": "mail_activity_type",
}


def footprint(settings, name):
    """Return {kind: Counter of names} of what a database holds."""
    tables = {table for (table,) in database.query(settings, TABLES, name)}
    return {kind: _read_names(settings, name, kind, tables) for kind in KINDS}


def _read_names(settings, name, kind, tables):
    if kind in OF_MAIL and OF_MAIL[kind] not in tables:
        return Counter()
    query = f"SELECT replace(x, chr(10), ' ') FROM ({KINDS[kind]}) AS q(x)"
    return Counter(row[0] for row in database.query(settings, query, name))


def footprint_of(settings, source, name):
    """Return the footprint of a template, looked at in a copy: whoever clones it ends all sessions on it."""
    copy(settings, source, name)
    try:
        return footprint(settings, name)
    finally:
        database.drop(settings, name)


def differences(before, after):
    """Return what is only in one of two footprints: sorted sentences."""
    found = []
    for kind in KINDS:
        found += [f"{kind} more: {one}" for one in sorted((after[kind] - before[kind]).elements())]
        found += [f"{kind} less: {one}" for one in sorted((before[kind] - after[kind]).elements())]
    return found


def count_rows(settings, name):
    """Return {table: count of rows} of a database."""
    tables = database.query(settings, TABLES, name)
    counts = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM \"{table}\"" for (table,) in tables
    )
    return {table: int(count) for table, count in database.query(settings, counts, name)}


#: What is Odoo's own: it notes inherited fields of users anew when it next upgrades their module.
OWN_WAYS = (r"external id less: field_res_users__phone_", r"field less: res\.users\.phone_")
#: What stays by intent: settings of Odoo that an app switched on, others use them by then.
SETTINGS = (r"group implied more: Role / User > (Discount on lines|Basic Pricelists)",)


def install(settings, name, names, *, log, demo=False):
    """Install modules; an error, or a warning of ours, in the log fails."""
    odoo.install(settings, name, list(names), log=log, with_demo=demo)


def upgrade(settings, name, names, *, log):
    """Upgrade modules; an error, or a warning of ours, in the log fails."""
    printed = odoo.run_once(settings, name, "--no-http", "-u", ",".join(names), log=log)
    odoo.refuse_problems(settings, printed, log)


def uninstall(settings, name, names, *, log):
    """Uninstall modules as Odoo's command does; return what it printed.

    :raise CommandFailed: when it was refused, or logged an error or a warning of ours
    """
    words = odoo.command(
        settings, "module", "uninstall", "-c", settings.odoo_conf, "-d", name, *names
    )
    printed = process.run(words, log=log, env=odoo.environment(settings), cwd=settings.data)
    odoo.refuse_problems(settings, printed, log)
    return printed


def apps(settings):
    """Return the names of the modules that somebody installs: no glue."""
    return [one.name for one in modules.scan(settings).values() if not one.auto_install]


def copy(settings, source, name):
    """Make a work database a copy of another; return the path of its log, which begins anew."""
    database.drop(settings, name)
    database.clone(settings, source, name)
    log = settings.logs / f"{name}.log"
    log.unlink(missing_ok=True)
    return log


def assert_same(before, after, but=()):
    """Compare two footprints.

    :param but: patterns of differences that are meant
    """
    found = differences(before, after)
    left = [one for one in found if not any(re.match(pattern, one) for pattern in but)]
    assert not left, "\n".join(["what the database holds differs:", *left])
