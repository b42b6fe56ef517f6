"""Limits that hold for every portal of the suite."""

from .rules.limits import Limit

#: Wrong passwords for one login from one network address, for one login from anywhere, and from one
#: address. The first is small, so that guessing is; the second is large, so that nobody locks a
#: stranger out from elsewhere with a few tries. An address may be a whole office's.
LOGIN_BY_PLACE = Limit("login name and origin", 10, 15)
LOGIN_BY_NAME = Limit("login name", 100, 15)
LOGIN_BY_ORIGIN = Limit("login origin", 60, 15)
#: Questions for a new password.
RESET_BY_NAME = Limit("reset name", 3, 15)
RESET_BY_ORIGIN = Limit("reset origin", 20, 15)
#: Characters of an e-mail address or login that somebody types.
MAX_EMAIL = 254
#: Hours after which nobody waits any more for the answer to a question.
ANSWER_HOURS = 1
#: Requests that a job answers in one go.
BATCH = 1000
#: How often a count is tried again that another one of the same name came in between.
COUNT_TRIES = 5
#: Keeps what a visitor's next page has to wait for on the replica, see ``rules/replica.py``.
REPLICA_COOKIE = "written_until"
