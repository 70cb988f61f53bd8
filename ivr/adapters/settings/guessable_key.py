"""Keys that somebody could guess: examples, phrases, rows of the keyboard, and what repeats itself."""

import re
from typing import Final

_FEWEST: Final = 16
"""Different runs of three characters that are left once all that is known is taken out. 32 random hexadecimal
digits have 29 or so, whatever is taken from them by chance."""
_SHORTEST_RUN: Final = 4
_ROWS: Final = (
    "0123456789012345678901234567890123456789abcdef",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "!@#$%^&*()_+qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiop\u00fcasdfghjkl\u00f6\u00e4yxcvbnm,.-",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
)
_WORDS: Final = tuple(
    """
correcthorsebatterystaple thequickbrownfoxjumpsoverthelazydog
loremipsumdolorsitametconsecteturadipiscingelit tobeornottobethatisthequestion openssl answerline
answer qualysguard qualys twilio ivr_key ivrkey changeit changeme change replace placeholder example
sample default dummy demo password passw0rd passwd passphrase p@ssw0rd secret s3cr3t private token
hunter2 letmein welcome admin root master super iloveyou monkey dragon insecure unsafe development
production staging testing test local random bytes characters chars thirty long least more string
value insert write your mine here this that with please must should before never very only line hmac
sha256 base64 keys key
""".split()  # noqa: SIM905 -- a list of words as one reads it
)


def is_guessable(key: str) -> bool:
    """Tell whether what is not known of the key is too little; a key with blanks in it is a phrase.

    Hyphens, underscores and full stops hide no words: it is looked at without them, too.
    """
    text = key.casefold()
    if re.search(r"\s", text):
        return True
    return _is_known(text) or _is_known(re.sub(r"[-_.]", "", text))


def _is_known(text: str) -> bool:
    for word in _WORDS:
        text = text.replace(word, "\n")
    text = _without_rows(re.sub(r"(.)\1{2,}", "\n", text))
    runs = {text[at : at + 3] for at in range(len(text) - 2)}
    return sum("\n" not in run for run in runs) < _FEWEST


def _without_rows(text: str) -> str:
    """Take out every run of four or more that stands so on a keyboard or in an alphabet, either way round."""
    left, at = [], 0
    while at < len(text):
        length = _run_at(text, at)
        left.append("\n" if length else text[at])
        at += length or 1
    return "".join(left)


def _run_at(text: str, at: int) -> int:
    """Give the length of the known run that begins here; 0 where there is none."""
    longest = 0
    for row in _ROWS:
        for known in (row, row[::-1]):
            length = _SHORTEST_RUN
            while at + length <= len(text) and text[at : at + length] in known:
                longest = max(longest, length)
                length += 1
    return longest
