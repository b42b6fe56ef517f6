"""Stand-ins for accounting providers: servers on this machine that answer as the real ones do.

For trying out and testing without an account. They keep their documents in memory, check every request
strictly, and fail on purpose when asked to.
"""
