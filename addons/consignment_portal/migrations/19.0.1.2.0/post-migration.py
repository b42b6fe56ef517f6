"""Note anew how many articles consignors were permitted to enter: what was given back beyond 200 is not."""


def migrate(cr, version):
    """What is left and what was entered until now; doing it again changes nothing."""
    # A constant; numbers of the module's own tables.
    cr.execute("""
        UPDATE consignment_consignor one SET entry_granted = coalesce(entry_quota, 0) + (
               SELECT count(*) FROM consignment_article article
                 JOIN consignment_intake intake ON intake.id = article.intake_id
                WHERE intake.consignor_id = one.id AND intake.is_from_portal)
    """)
