"""Module life cycle."""


def uninstall_hook(env):
    """Drop the trigger function; the trigger goes with it, the table with its model."""
    # SQL: the name is the module's own; nothing else uses the function.
    env.cr.execute("DROP FUNCTION IF EXISTS consignment_append_only() CASCADE")
