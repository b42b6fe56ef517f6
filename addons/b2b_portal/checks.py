"""What ``./suite check`` proves here: (what holds, model, query or function that finds what breaks it)."""

#: Orders that are looked at together.
PAGE = 1000


def _find_other_status(env):
    """Yield the orders whose status is not what their deliveries, productions and invoices say."""
    orders, last = env["sale.order"].with_context(active_test=False), 0
    while page := orders.search(
        [("id", ">", last), ("state", "=", "sale")], order="id", limit=PAGE
    ):
        for order in page:
            told = order._find_b2b_status()
            if order.b2b_status != told:
                yield f"sale.order({order.id}): {order.b2b_status} instead of {told}"
        last = page[-1].id
        env.invalidate_all()


CHECKS = (
    (
        "what was ordered in the portal is an order, what is in a cart or waits is none yet",
        "sale.order",
        """
        SELECT id FROM sale_order
         WHERE (b2b_stage = 'placed' AND state IN ('draft', 'sent'))
            OR (b2b_stage IN ('cart', 'approval', 'payment') AND state NOT IN ('draft', 'sent'))
        """,
    ),
    (
        "an order's status is what its deliveries and invoices say",
        "sale.order",
        _find_other_status,
    ),
    (
        "whose access was revoked has no link and no login",
        "b2b.member",
        """
        SELECT member.id FROM b2b_member member LEFT JOIN res_users login ON login.id = member.user_id
         WHERE member.state = 'revoked'
           AND ((login.active AND login.share AND NOT EXISTS (
                     SELECT FROM b2b_member other
                      WHERE other.user_id = login.id AND other.state = 'active'))
                OR EXISTS (SELECT FROM b2b_invitation invitation
                            WHERE invitation.member_id = member.id
                              AND invitation.used_at IS NULL AND invitation.superseded_at IS NULL))
        """,
    ),
)
