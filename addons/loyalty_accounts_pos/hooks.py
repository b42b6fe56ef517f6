"""Module life cycle."""


def post_init_hook(env):
    """Let every till whose session is closed take credit; open ones are set up in the settings."""
    env["pos.config"].search([])._set_up_loyalty_payment()


def uninstall_hook(env):
    """Take “Customer credit” from the tills: without the module it would pay and charge no card."""
    env["pos.payment.method"]._retire_loyalty_credit()
