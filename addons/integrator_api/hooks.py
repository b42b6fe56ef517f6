"""What happens when the module goes."""


def uninstall_hook(env):
    """End every integrator's key: without the gate it would open whatever needs no right."""
    clients = env["integrator.client"].search([])
    clients.action_revoke()
