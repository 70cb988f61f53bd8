"""Which keys are no keys: what stands in our own documents, on a keyboard or in anybody's head."""

import re
import secrets
import string
import subprocess
from random import Random

import pytest

from ivr.adapters.settings.demo_settings import DEMO_AUTH_TOKEN
from ivr.adapters.settings.environment.values import HOW_TO_MAKE_A_KEY, read_key
from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.guessable_key import is_guessable
from ivr.domain.redaction import Secret
from tests.docs.documents import DOCS, ROOT

SECRETS = "IVR_KEY|TWILIO_AUTH_TOKEN|IVR_PRODUCT_SECRET"
PRINTABLE = string.ascii_letters + string.digits + string.punctuation


@pytest.mark.parametrize(
    "key",
    [
        "k" * 32,
        "ab" * 20,
        "d4" * 16,
        "0123456789abcdef" * 2,
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210",
        "abcdefghijklmnopqrstuvwxyz012345",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "aaaabbbbccccddddeeeeffffgggghhhh",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "QWERTYUIOPASDFGHJKLZXCVBNM1234567890",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,",
        "poiuytrewqlkjhgfdsamnbvcxz0987654321",
        "changeme-changeme-changeme-changeme",
        "change-me-change-me-please-32-bytes!",
        "CHANGE_ME_TO_A_RANDOM_STRING_OF_32_BYTES",
        "secret" * 6,
        "supersecretsupersecretsupersecret!",
        "my-super-secret-key-for-production-1",
        "this-is-a-secret-key-of-32-bytes-or-more",
        "thisisnotaverysecretkeybutlongenough",
        "password1234567890password1234567890",
        "P@ssw0rd-P@ssw0rd-P@ssw0rd-P@ssw0rd",
        "your-32-byte-or-longer-random-key-here",
        "correcthorsebatterystaplecorrecthorse",
        "correct-horse-battery-staple-correct-horse",
        "thequickbrownfoxjumpsoverthelazydog1",
        "a key of thirty-two bytes, or so.",
        "write 32 random bytes or more, kept as long as the database is",
        "00000000-0000-0000-0000-000000000000",
        "12345678901234567890123456789012",
        "31415926535 8979323846264338327950",
    ],
)
def test_an_example_a_phrase_a_row_or_a_repetition_is_guessable(key: str) -> None:
    assert is_guessable(key)


def test_whatever_a_document_or_the_demo_shows_as_a_key_or_a_token_is_guessable() -> None:
    shown = {
        value.strip("`'\"")
        for text in (
            *DOCS.values(),
            (ROOT / "ivr/adapters/settings/read_settings.py").read_text(encoding="utf-8"),
        )
        for value in re.findall(rf"(?:{SECRETS})[`\"]?\s*[=:|]\s*([^|\n]+)", text)
    }

    assert shown
    assert [value for value in {*shown, DEMO_AUTH_TOKEN.reveal()} if not is_guessable(value)] == []


@pytest.mark.parametrize("length", [32, 64])
def test_what_is_made_as_we_say_is_a_key(length: int) -> None:
    chance = Random(length)  # noqa: S311 -- tested here, and a secret of nobody

    made = ["".join(chance.choice(string.hexdigits[:16]) for _ in range(length)) for _ in range(3000)]

    assert [key for key in made if is_guessable(key)] == []


@pytest.mark.parametrize("alphabet", [f"{string.ascii_letters}{string.digits}-_", PRINTABLE])
def test_what_a_generator_of_passwords_makes_is_a_key(alphabet: str) -> None:
    chance = Random(1)  # noqa: S311 -- as above

    made = ["".join(chance.choice(alphabet) for _ in range(32)) for _ in range(3000)]

    assert [key for key in made if is_guessable(key)] == []
    assert not is_guessable(secrets.token_urlsafe(32))
    assert not is_guessable(f"my-secret-key-{secrets.token_hex(32)}")


def test_such_a_key_is_refused_where_others_reach_the_line_and_taken_on_this_machine_alone() -> None:
    guessable = "changeme" * 5
    refusing, taking = Variables({"IVR_KEY": guessable}, None), Variables({"IVR_KEY": guessable}, None)

    read_key(refusing)
    taken = read_key(taking, is_demo=True)

    (finding,) = refusing.findings
    assert finding.severity == "error"
    assert finding.what.startswith("IVR_KEY could be guessed")
    assert HOW_TO_MAKE_A_KEY in finding.remedy
    assert "changeme" not in finding.what + finding.remedy
    assert (taken, taking.findings) == (Secret(guessable), [])


def test_the_command_that_we_name_makes_a_key_that_we_take() -> None:
    made = subprocess.run(HOW_TO_MAKE_A_KEY.split(), capture_output=True, text=True, check=True)
    variables = Variables({"IVR_KEY": made.stdout.strip()}, None)

    key = read_key(variables)

    assert key is not None
    assert variables.findings == []
