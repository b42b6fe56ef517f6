"""What ``./suite check`` proves here: (what holds, model, query or function that finds what breaks it)."""

CHECKS = (
    (
        "what was sent has its number at the provider",
        "accounting.export",
        "SELECT id FROM accounting_export WHERE state = 'sent' AND coalesce(external_id, '') = ''",
    ),
    (
        "totals at the provider are the invoices', or the difference is told",
        "accounting.export",
        """
        SELECT export.id FROM accounting_export export JOIN account_move move ON move.id = export.move_id
         WHERE export.state = 'sent' AND export.reason IS NULL AND NOT coalesce(export.is_released, false)
           AND abs(abs(export.external_total) - abs(move.amount_total)) > 0.000001
           AND NOT EXISTS (SELECT FROM accounting_drift drift WHERE drift.export_id = export.id)
        """,
    ),
    (
        "what waits for a connected provider has a job, what failed a reason",
        "accounting.export",
        """
        SELECT export.id FROM accounting_export export
          JOIN accounting_backend backend ON backend.id = export.backend_id
         WHERE (export.state = 'failed' AND coalesce(export.reason, '') = '')
            OR (export.state IN ('pending', 'attempting') AND backend.state = 'connected'
                AND NOT EXISTS (
                    SELECT FROM queue_job job
                     WHERE job.identity_key = 'accounting_export_' || export.id
                       AND job.state IN ('wait_dependencies', 'pending', 'enqueued', 'started')))
        """,
    ),
    (
        "a registered payment is in the books with its amount",
        "accounting.payment",
        """
        SELECT one.id FROM accounting_payment one LEFT JOIN account_payment here ON here.id = one.payment_id
         WHERE one.state = 'registered' AND (here.id IS NULL OR abs(here.amount - abs(one.amount)) > 0.000001)
        """,
    ),
)
