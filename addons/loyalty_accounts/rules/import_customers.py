"""Which contact a row means: exactly one, or the row is refused."""

from collections import namedtuple

from .errors import RuleError

#: A contact, or what a row says of one. ``key`` is anything but None for a known contact.
#: ``company_id`` is that of a contact which belongs to one.
Customer = namedtuple("Customer", "key name email ref company_id", defaults=("", "", "", None))


def fold_email(email):
    """Spell an e-mail address as it is compared.

    >>> fold_email(" Anna@Example.COM ")
    'anna@example.com'
    """
    return email.strip().lower()


def find_customer(wanted, candidates):
    """Return the candidate that a row means, None where it is nobody known.

    All that the row says must be true of the contact: a card is not given to somebody because an
    old e-mail address fits.

    >>> anna = Customer(1, "Anna", "a@x.org", "K1")
    >>> otto = Customer(2, "Otto", "a@x.org")
    >>> find_customer(Customer(None, "Otto", "A@X.org"), [anna, otto]).key
    2
    >>> find_customer(Customer(None, "Eva"), [anna, otto]) is None
    True

    Somebody of the same name with another address is somebody else:

    >>> find_customer(Customer(None, "Anna", "new@x.org"), [anna]) is None
    True
    >>> for name, email, ref in (("", "a@x.org", ""), ("Eva", "a@x.org", ""), ("Eva", "", "K1")):
    ...     try:
    ...         find_customer(Customer(None, name, email, ref), [anna, otto])
    ...     except RuleError as error:
    ...         print(error.code, error.values)
    customer_not_unique {'count': 2}
    customer_contradicts {'name': 'Anna'}
    customer_contradicts {'name': 'Anna'}

    :raise RuleError: ``customer_not_unique`` or ``customer_contradicts``
    """
    email = fold_email(wanted.email)
    found = [
        known
        for known in candidates
        if (not wanted.name or known.name == wanted.name)
        and (not email or fold_email(known.email) == email)
        and (not wanted.ref or known.ref == wanted.ref)
    ]
    if len(found) > 1:
        raise RuleError("customer_not_unique", count=len(found))
    if found:
        return found[0]
    for known in candidates:
        same_email = email and fold_email(known.email) == email
        if same_email or (wanted.ref and known.ref == wanted.ref):
            raise RuleError("customer_contradicts", name=known.name)
    return None


class Pool:
    """Contacts that rows may mean: known ones, and those that earlier rows will make.

    >>> pool = Pool()
    >>> pool.add(Customer(1, "Anna", "a@x.org"))
    >>> pool.add(Customer(2, "Anna", company_id=7))
    >>> pool.find(Customer(None, "Anna"), company_id=8).key
    1
    >>> pool.find(Customer(None, "Anna", "a@x.org"), company_id=7).key
    1
    """

    def __init__(self):
        self._by = {"name": {}, "email": {}, "ref": {}}

    def add(self, customer):
        """Add a contact; once more changes nothing."""
        spelt = customer._replace(email=fold_email(customer.email))
        for name, known in self._by.items():
            if value := getattr(spelt, name):
                known.setdefault(value, {})[customer.key] = customer

    def find(self, wanted, company_id):
        """Return the contact that a row means at a company; see :func:`find_customer`."""
        spelt = wanted._replace(email=fold_email(wanted.email))
        strong = {}
        for name in ("ref", "email"):
            strong |= self._by[name].get(getattr(spelt, name), {})
        # Where only a name is known it is what decides; else it only confirms.
        weak = {} if spelt.ref or spelt.email else self._by["name"].get(spelt.name, {})
        usable = (
            customer
            for customer in (strong | weak).values()
            if customer.company_id in (None, company_id)
        )
        return find_customer(wanted, list(usable))
