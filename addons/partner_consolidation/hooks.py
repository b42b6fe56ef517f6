"""Module life cycle."""

from odoo.tools import SQL


def uninstall_hook(env):
    """Drop the trigger's function; the triggers go with it, the tables with their models."""
    # The name is the module's own; nothing else uses the function.
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS consolidation_guarded() CASCADE"))
