def post_init_hook(env):
    """Put at the till what is on sale already: it was accepted before there was a till."""
    articles = env["consignment.article"].search([("state", "=", "stock")])
    articles.product_id.available_in_pos = True
