"""Names and limits that several files of integrator_api share."""

#: The only model whose operations an integrator may call.
FACADE_MODEL = "integrator.api"
#: Only code holding this object acts as the facade. A context that comes over RPC is made of plain
#: JSON or XML values and can never contain it.
FACADE_TOKEN = object()

#: Request ids, in characters.
REQUEST_ID_LENGTH = (8, 64)
#: How long a key may be valid, in days.
MAX_KEY_DAYS = 730

#: How long an operation is tried again while others are in its way, in seconds.
RETRY_SECONDS = 10
#: Longest pause between two tries, in seconds.
RETRY_JITTER_SECONDS = 0.03
#: How exactly the last use of a key is kept, in seconds; one write a minute is enough.
LAST_USE_SECONDS = 60
