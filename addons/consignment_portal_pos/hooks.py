"""Module life cycle."""


def post_init_hook(env):
    """Put at the till what is on sale already: it was accepted before there was a till."""
    env["consignment.article"]._show_at_till(True)


def uninstall_hook(env):
    """Take articles from the till: nobody would tell the consignor what it sells."""
    env["consignment.article"]._show_at_till(False)
