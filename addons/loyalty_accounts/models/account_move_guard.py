from odoo import api, models

#: Fields of an engine's entry that say nothing about what was booked: messages, activities,
#: review, and the hash by which an auditor closes the books.
HARMLESS_FIELDS = frozenset(
    {
        "message_ids",
        "message_follower_ids",
        "message_main_attachment_id",
        "activity_ids",
        "activity_state",
        "activity_user_id",
        "activity_type_id",
        "checked",
        "made_sequence_gap",
        "inalterable_hash",
        "access_token",
    }
)


class AccountMove(models.Model):
    """Entries in a journal of credit are the engine's; superuser or not. See account.journal."""

    _inherit = "account.move"

    def _refuse_loyalty_entries(self):
        """Raise when one of the entries is the engine's, and the caller is not."""
        guarded = self.env["account.journal"]._get_guarded_journal_ids()
        if guarded and not guarded.isdisjoint(self.journal_id.ids):
            self.env["account.journal"]._refuse_loyalty_entry()

    def _refuse_loyalty_postings(self):
        """Raise when one of the entries books movements, in whatever journal it stands.

        Top-ups at the desk are booked in the journal of the money. Only entries that touch what
        is owed are looked up.
        """
        self._refuse_loyalty_entries()
        journals = self.env["account.journal"]
        if not journals._get_guarded_journal_ids():
            return
        owed = journals._get_loyalty_owed_account_ids()
        touching = self.filtered(lambda move: not owed.isdisjoint(move.line_ids.account_id.ids))
        # Superuser: whoever sees the entry, its postings count.
        if touching and self.env["loyalty.account.posting"].sudo().search_count(
            [("entry_id", "in", touching.ids)], limit=1
        ):
            journals._refuse_loyalty_entry()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only the engine adds entries to its journal, statement lines included."""
        journals = self.env["account.journal"]
        journals._refuse_loyalty_journal([vals.get("journal_id") for vals in vals_list])
        moves = super().create(vals_list)
        # Again, because core chooses the journal when none is given; the refusal undoes it all.
        journals._refuse_loyalty_journal(moves.journal_id.ids)
        return moves

    def write(self, vals):
        """Override: what the engine booked stays; nothing is moved into its journal."""
        self.env["account.journal"]._refuse_loyalty_journal([vals.get("journal_id")])
        if vals.get("state") in ("draft", "cancel"):
            self._refuse_loyalty_postings()
        elif vals.keys() - HARMLESS_FIELDS:
            self._refuse_loyalty_entries()
        return super().write(vals)

    def unlink(self):
        """Override: what the engine booked stays."""
        self._refuse_loyalty_postings()
        return super().unlink()

    def button_draft(self):
        """Override: what the engine booked stays posted."""
        self._refuse_loyalty_postings()
        return super().button_draft()

    def button_cancel(self):
        """Override: what the engine booked stays posted."""
        self._refuse_loyalty_postings()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override: the engine reverses by movements of its own, not by copies of entries."""
        self._refuse_loyalty_postings()
        return super()._reverse_moves(default_values_list, cancel)
