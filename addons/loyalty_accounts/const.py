"""Names and limits that several files of loyalty_accounts share."""

from datetime import timedelta

from .rules.throttle import Policy

#: Option of the server's configuration file with the key that seals the ledger (hexadecimal).
LEDGER_KEY_OPTION = "loyalty_ledger_key"
#: Shortest key accepted, in bytes.
LEDGER_KEY_BYTES = 32

#: Only code holding this object may write the ledger's fields. A context that comes over RPC is
#: made of plain JSON or XML values and can never contain it.
LEDGER_TOKEN = object()

#: Fields of an account that the ledger alone writes.
LEDGER_FIELDS = frozenset({"balance", "held", "debt", "version", "head_hash", "head_seal"})

#: Fields of an account that decide what it is worth: only managers set them.
TERMS_FIELDS = frozenset(
    {
        "number",
        "discount",
        "credit_rate",
        "expiry_date",
        "blocked",
        "block_reason",
        "active",
        "company_id",
    }
)

#: Stands for the amount of a verb that has none; None is what a caller forgot.
NO_AMOUNT = object()

#: Terms whose defaults are a company's settings.
COMPANY_TERMS = frozenset({"discount", "credit_rate"})

MOVE_KINDS = [
    ("top_up", "Top-up"),
    ("earn", "Earned"),
    ("charge", "Payment"),
    ("capture", "Payment from reserved credit"),
    ("refund", "Refund of a payment"),
    ("take_back", "Earned credit taken back"),
    ("adjust", "Manual entry"),
    ("opening", "Opening balance"),
    ("transfer", "Transfer"),
    ("withhold", "Debt withheld from a refund"),
    ("void", "Top-up refunded"),
    ("expire", "Expired"),
    ("hold", "Reserved"),
    ("release", "Reservation released"),
]

#: What statistics say of each kind of movement: the measure, and the sign that a reader expects.
#: Kinds that are missing move no credit.
STATISTICS = {
    "top_up": ("issued", 1),
    "opening": ("issued", 1),
    "void": ("issued", 1),
    "earn": ("earned", 1),
    "take_back": ("earned", 1),
    "charge": ("spent", -1),
    "capture": ("spent", -1),
    "refund": ("spent", -1),
    "expire": ("expired", -1),
    "adjust": ("corrected", 1),
    "transfer": ("corrected", 1),
}

#: When orders earn.
EARNING_MOMENTS = [
    ("confirmed", "When the order is confirmed"),
    ("paid", "When the invoice is paid"),
]

LOT_ORIGINS = [
    ("top_up", "Top-up"),
    ("earn", "Earned"),
    ("adjust", "Manual entry"),
    ("opening", "Opening balance"),
    ("voucher", "Gift voucher"),
]

#: How long credit stays reserved for a quotation while its customer pays the rest online, minutes.
PAYMENT_HOLD_MINUTES = 120

#: Products that sell credit.
CREDIT_PRODUCTS = [
    ("top_up", "Top-up of the customer's card"),
    ("voucher", "Gift voucher, taxed when it is used (multi-purpose)"),
    ("single_voucher", "Gift voucher, taxed when it is sold (single-purpose)"),
]
#: Those whose sale carries no tax.
UNTAXED_CREDIT_PRODUCTS = ("top_up", "voucher")
#: Most vouchers on one invoice line; each becomes a card of its own.
MAX_VOUCHERS = 500

#: Stands where a name was erased.
ERASED = "—"
#: How a card number is drawn.
SYMBOLOGIES = [
    ("code128", "Code 128"),
    ("ean13", "EAN-13"),
    ("qr", "QR code"),
]
#: Longest text on a card, in characters: two lines.
MAX_CARD_TEXT = 200

#: Movements on a page of the portal.
PORTAL_PAGE = 20
#: Most movements in one statement: some 1,000 pages.
MAX_STATEMENT_MOVES = 50_000

#: Longest request id accepted over RPC, in characters.
MAX_REQUEST_ID_LENGTH = 100
#: Longest key in the ledger: a request id with the name of who sent it.
MAX_KEY_LENGTH = 150
#: Longest note on a movement, in characters.
MAX_NOTE_LENGTH = 500

#: How long a call over RPC goes on retrying when others use the same account, in seconds.
RETRY_SECONDS = 10
#: Longest pause between two tries, in seconds; short, because a charge takes some 10 ms.
RETRY_JITTER_SECONDS = 0.03

#: Why a card number is refused although its account is in use.
REPLACEMENT_REASONS = [
    ("lost", "Lost"),
    ("stolen", "Stolen"),
    ("damaged", "Damaged"),
    ("undone", "Replacement undone"),
    ("merged", "Merged into another account"),
]
#: Those that staff may give, and take back while nothing has moved.
UNDOABLE_REASONS = ("lost", "stolen", "damaged")

#: Wrong PINs of one card, whoever enters them: then it pays nothing that needs one for a while.
PIN_POLICY = Policy(limit=5, window=timedelta(days=1), pause=timedelta(minutes=15))
#: Unknown card numbers that one user may look up at one establishment. A till mistypes a few in an
#: hour, and scans some products that it does not know; whoever guesses needs thousands.
NUMBER_POLICY = Policy(limit=30, window=timedelta(minutes=5), pause=timedelta(minutes=5))
#: Largest file of accounts, in bytes.
MAX_IMPORT_BYTES = 20 * 2**20

#: Columns of a file of accounts, as in rules/import_layout.py, and the headings of our own files.
IMPORT_COLUMNS = [
    ("number", "Card number"),
    ("name", "Name"),
    ("company", "Issued by"),
    ("currency", "Currency"),
    ("customer_name", "Customer"),
    ("customer_email", "Customer e-mail"),
    ("customer_ref", "Customer reference"),
    ("discount", "Discount %"),
    ("credit_rate", "Credit rate"),
    ("valid_until", "Valid until"),
    ("blocked", "Blocked"),
    ("block_reason", "Reason of the block"),
    ("archived", "Archived"),
    ("opening_balance", "Opening balance"),
    ("credit_expiry", "Credit expires on"),
    ("note", "Note"),
    ("skip", "Leave out"),
]
