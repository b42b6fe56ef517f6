"""Module life cycle."""


def uninstall_hook(env):
    """Drop the trigger function; the triggers go with it, the tables with their models."""
    # The name is the module's own; nothing else uses the function.
    env.cr.execute("DROP FUNCTION IF EXISTS loyalty_append_only() CASCADE")
