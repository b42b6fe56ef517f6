"""Proof that somebody has presented a partner's card: only the number opens it, never its id."""


class Presented(frozenset):
    """Ids of accounts whose numbers were presented. Nothing that comes over RPC is one."""

    KEY = "consolidation_presented"

    @classmethod
    def of(cls, env):
        """Return the accounts that the context says were presented."""
        presented = env.context.get(cls.KEY)
        return presented if isinstance(presented, cls) else cls()

    @classmethod
    def add(cls, records, accounts):
        """Return ``records`` knowing that the accounts were presented, besides earlier ones."""
        presented = cls(cls.of(records.env) | set(accounts.ids))
        return records.with_context(**{cls.KEY: presented})
