"""What ``./suite check`` proves here: (what holds, model, query or function that finds what breaks it)."""


def _find_differences(env):
    for one in env["consignment.difference"].search([]):
        yield f"consignment.article({one.article_id.id}): {one.reason}"


CHECKS = (
    (
        "a settlement's lines add up to what it says, and that to its total",
        "consignment.settlement",
        """
        SELECT one.id FROM consignment_settlement one
          LEFT JOIN (
               SELECT settlement_id,
                      sum(amount) FILTER (WHERE kind = 'sale') AS share,
                      sum(amount) FILTER (WHERE kind IN ('sale_fee', 'entry_fee')) AS fees,
                      sum(amount) FILTER (WHERE kind = 'compensation') AS compensation,
                      sum(amount) FILTER (WHERE kind = 'carried') AS carried
                 FROM consignment_settlement_line GROUP BY settlement_id
               ) sums ON sums.settlement_id = one.id
         WHERE abs(coalesce(sums.share, 0) - coalesce(one.amount_share, 0)) > 0.000001
            OR abs(coalesce(sums.fees, 0) - coalesce(one.amount_fees, 0)) > 0.000001
            OR abs(coalesce(sums.compensation, 0) - coalesce(one.amount_compensation, 0)) > 0.000001
            OR abs(coalesce(sums.carried, 0) - coalesce(one.amount_carried, 0)) > 0.000001
            OR abs(coalesce(one.amount_share, 0) + coalesce(one.amount_fees, 0)
                   + coalesce(one.amount_compensation, 0) + coalesce(one.amount_carried, 0)
                   + coalesce(one.amount_tax, 0) - coalesce(one.amount_total, 0)) > 0.000001
        """,
    ),
    (
        "the bill of a confirmed settlement is posted and over its total",
        "consignment.settlement",
        """
        SELECT one.id FROM consignment_settlement one LEFT JOIN account_move bill ON bill.id = one.bill_id
         WHERE one.stage = 'confirmed'
           AND (bill.state IS DISTINCT FROM 'posted'
                OR abs(bill.amount_total - one.amount_total) > 0.000001)
        """,
    ),
    (
        "what is settled is the consignor's own, and once",
        "consignment.settlement.line",
        """
        SELECT line.id FROM consignment_settlement_line line
          JOIN consignment_settlement one ON one.id = line.settlement_id
          JOIN consignment_sale sale ON sale.id = line.sale_id
         WHERE sale.consignor_id <> one.consignor_id OR line.live = (one.stage = 'reversed')
        """,
    ),
    (
        "of what a customer paid, nothing is left between consignor and shop",
        "consignment.sale",
        """
        SELECT id FROM consignment_sale
         WHERE least(abs(amount - consignor_amount - commission),
                     abs(amount_untaxed - consignor_amount - commission)) > 0.000001
        """,
    ),
    (
        "articles that consignors entered and may still enter are as many as they were permitted",
        "consignment.consignor",
        """
        SELECT one.id FROM consignment_consignor one
          LEFT JOIN (
               SELECT intake.consignor_id, count(*) AS entered FROM consignment_article article
                 JOIN consignment_intake intake ON intake.id = article.intake_id
                WHERE intake.is_from_portal GROUP BY intake.consignor_id
               ) articles ON articles.consignor_id = one.id
         WHERE coalesce(one.entry_quota, 0) + coalesce(entered, 0) <> coalesce(one.entry_granted, 0)
        """,
    ),
    (
        "what was sold is what left the shelf",
        "consignment.article",
        _find_differences,
    ),
)
