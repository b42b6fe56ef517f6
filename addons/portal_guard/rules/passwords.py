"""What a password of somebody outside the company must be. No Odoo here.

The first four rules are plain enough to be checked while typing; ``common`` is the judgement of
zxcvbn: lists of known passwords, names and words, keyboard rows, dates and repetitions.
"""

import re

from zxcvbn import zxcvbn

#: Characters; zxcvbn takes more time than they are worth for those after the 72nd.
MIN_LENGTH, MAX_LENGTH, JUDGED_LENGTH = 10, 256, 72
#: Different characters.
MIN_VARIETY = 6
#: zxcvbn's score, 0 to 4, from which more than 100 million guesses are needed.
MIN_SCORE = 3
#: Shorter parts of an e-mail address or a name may well be in a good password.
MIN_PART = 4


def split_terms(texts):
    """Return the parts of texts about a person that a password must not contain.

    >>> split_terms(["Anna.Berg@example.com", "Market Hall", "", None])
    ['anna', 'anna.berg@example.com', 'berg', 'example', 'hall', 'market', 'market hall']
    """
    whole = {text.strip().lower() for text in texts if text}
    parts = {part for text in whole for part in re.split(r"[\W_]+", text)}
    return sorted(term for term in whole | parts if len(term) >= MIN_PART)


def find_weaknesses(password, terms=(), *, least=MIN_LENGTH):
    """Return which rules a password breaks, the plainest first.

    :param terms: see :func:`split_terms`
    :param least: characters it needs
    :return: of ``short``, ``long``, ``variety``, ``personal``, ``common``

    >>> find_weaknesses("river lamp 42 otter")
    []
    >>> find_weaknesses("short")
    ['short', 'variety', 'common']
    >>> find_weaknesses("aaaaaaaaaaaa"), find_weaknesses("Password123!")
    (['variety', 'common'], ['common'])
    >>> find_weaknesses("otter ANNA lamp 42", ["anna"])
    ['personal']
    >>> find_weaknesses("river lamp 42 otter" * 20)
    ['long']
    """
    found = {
        "short": len(password) < least,
        "long": len(password) > MAX_LENGTH,
        "variety": len(set(password)) < MIN_VARIETY,
        "personal": any(term in password.lower() for term in terms),
    }
    weaknesses = [code for code, broken in found.items() if broken]
    if not found["long"] and _is_guessable(password, terms):
        weaknesses.append("common")
    return weaknesses


def _is_guessable(password, terms):
    judged = password[:JUDGED_LENGTH]
    return not judged or zxcvbn(judged, user_inputs=list(terms))["score"] < MIN_SCORE
