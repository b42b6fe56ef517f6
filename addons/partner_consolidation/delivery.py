"""How the other side is told."""

from odoo.tools import clean_context


def without_instructions(context):
    """Return a context without what a caller says about messages, tasks and defaults.

    Whoever acts calls the method, maybe over RPC, but the other side is told in any case: a key
    such as ``mail_activity_automation_skip`` would keep its task from being made, and a
    ``default_…`` would give it to somebody else.

    >>> without_instructions({"lang": "en_US", "mail_notrack": True, "default_user_id": 1})
    {'lang': 'en_US'}
    """
    return {
        key: value
        for key, value in clean_context(context).items()
        if not key.startswith("mail_") and key not in ("tracking_disable", "active_test")
    }


def undisturbed(records, **more):
    """Return records in such a context; see :func:`without_instructions`.

    :param more: keys that are added to it
    """
    context = without_instructions(records.env.context)
    return records.with_context(context, **more)
