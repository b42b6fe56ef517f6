"""Names and numbers that several parts share."""

#: Option of the server's configuration: keys of 32 bytes as hexadecimal digits, comma
#: separated (the first one encrypts, all decrypt), for what ``accounting.secret`` keeps.
SECRET_KEY_OPTION = "accounting_secret_key"  # noqa: S105 -- the name of the option
#: Seconds for a connection, and between two bytes of an answer.
TIMEOUT = (10, 30)
#: Seconds until an answer has to be there as a whole.
MAX_SECONDS = 120
#: Bytes of an answer; more is no answer of an accounting program.
MAX_ANSWER = 20_000_000
#: Seconds a call may wait for its turn; longer, and the job comes again later.
MAX_WAIT = 6
#: Seconds that a provider may keep us from calling at once, whatever it says.
MAX_PAUSE = 3600
#: Seconds until a failed attempt is tried again, by number of attempts; then it waits for a person.
RETRY_AFTER = (10, 60, 300, 1800, 7200)
#: Seconds that an attempt without an answer rests before the provider is asked whether it has the
#: document: a slow request may be accepted until then.
SETTLE_SECONDS = 60
#: Seconds until a credit note looks again whether its invoice was sent.
WAIT_FOR_CREDITED = 30
#: Seconds an access token must still be good for when a call begins.
TOKEN_MARGIN = 60
#: Seconds until a provider that could not be reached is looked at again.
LOOK_AGAIN = 300
#: Days that every sent document is looked at each night; afterwards while it is unpaid or differs.
LOOK_DAYS = 90
#: Seconds that two questions for changes overlap, as clocks differ and answers come late.
SYNC_OVERLAP = 3600
DRIFT_KINDS = [
    ("missing", "Not there any more"),
    ("changed", "Changed there"),
    ("deleted", "Cancelled there"),
    ("payments", "Payments changed there"),
]
#: States of an export that a job still has to end.
UNFINISHED = ("pending", "attempting")
EXPORT_STATES = [
    ("pending", "Waiting"),
    ("attempting", "Under way"),
    ("sent", "Sent"),
    ("failed", "Failed"),
]
