"""What ``./suite check`` proves here: (what holds, model, query or function that finds what breaks it).

That what is owed follows from the movements is proven with the ledger, see ``loyalty_ledger_audit.py``.
"""

CHECKS = (
    (
        "who owes whom in a clearing is the sum of its lines",
        "consolidation.clearing",
        """
        SELECT clearing.id FROM consolidation_clearing clearing
          JOIN (
               SELECT clearing_id, debtor_id, creditor_id, amount, credit, item_count
                 FROM consolidation_clearing_pair
                UNION ALL
               SELECT clearing_id, debtor_id, creditor_id, -sum(amount), -sum(credit), -count(*)
                 FROM consolidation_item WHERE clearing_id IS NOT NULL
                GROUP BY clearing_id, debtor_id, creditor_id
               ) both_ways ON both_ways.clearing_id = clearing.id
         GROUP BY clearing.id, debtor_id, creditor_id
        HAVING abs(sum(both_ways.amount)) > 0.000001 OR abs(sum(both_ways.credit)) > 0.000001
            OR sum(item_count) <> 0
        """,
    ),
    (
        "a clearing's payments bring each establishment what it is owed, less what it owes",
        "consolidation.clearing",
        """
        SELECT clearing.id FROM consolidation_clearing clearing
          JOIN (
               SELECT clearing_id, creditor_id AS company_id, amount FROM consolidation_clearing_pair
                UNION ALL
               SELECT clearing_id, debtor_id, -amount FROM consolidation_clearing_pair
                UNION ALL
               SELECT clearing_id, payee_id, -amount FROM consolidation_payment
                UNION ALL
               SELECT clearing_id, payer_id, amount FROM consolidation_payment
               ) sides ON sides.clearing_id = clearing.id
         GROUP BY clearing.id, sides.company_id HAVING abs(sum(sides.amount)) > 0.000001
        """,
    ),
    (
        "what a clearing booked is posted",
        "consolidation.clearing",
        """
        SELECT booking.clearing_id FROM consolidation_booking booking
          LEFT JOIN account_move entry ON entry.id = booking.entry_id
          LEFT JOIN account_move undone ON undone.id = booking.reversal_id
         WHERE entry.state IS DISTINCT FROM 'posted'
            OR (booking.reversal_id IS NOT NULL AND undone.state IS DISTINCT FROM 'posted')
        """,
    ),
    (
        "an agreement that is in force has terms",
        "consolidation.agreement",
        """
        SELECT id FROM consolidation_agreement one WHERE state = 'active'
           AND NOT EXISTS (SELECT FROM consolidation_terms WHERE agreement_id = one.id)
        """,
    ),
)
