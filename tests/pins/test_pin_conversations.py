"""Whole calls on a menu folder whose verification.yaml has `pci: on`, written as an operator writes them."""

import shutil
from pathlib import Path

import pytest

from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.pin_hashes import keep_pin
from ivr.simulator.conversation import FIRST_TIME, moment_of, read_conversation
from ivr.simulator.play import play
from tests.pins.pinned import HASHES, PIN
from tests.security.line import NUMBER

ROOT = Path(__file__).parents[2]
CALLS = sorted((Path(__file__).parent / "calls").glob("*.yaml"))
POLICY = "pci: on\nfactors: [phone, mailbox, pin]\n"
FIRST = moment_of(FIRST_TIME)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> RehearsalLine:
    menus = tmp_path_factory.mktemp("pci") / "menus"
    shutil.copytree(ROOT / "menus", menus)
    (menus / "verification.yaml").write_text(POLICY, encoding="ascii")
    line = line_for_tests(menus=str(menus), prompts=str(ROOT / "prompts"), at=FIRST)
    assert line.cases is not None
    room, key = line.cases.room, line.cases.sender.house.key
    found = room.directory.find(NUMBER)
    assert found is not None
    hashed = HASHES.hashed(key, found.id, Secret(PIN))
    room.cases.act(lambda tx: keep_pin(tx, found, hashed, "letter", at=FIRST, actor="operator"))
    return line


@pytest.mark.parametrize("path", CALLS, ids=[path.stem for path in CALLS])
def test_a_call_on_a_line_with_pins_goes_as_written(line: RehearsalLine, path: Path) -> None:
    document, conversation, findings = read_conversation(path.name, path.read_bytes())
    assert findings == ()
    assert conversation is not None
    line.forget_callers()
    line.clock.at = conversation.at

    result = play(document, conversation, line, number=CALLS.index(path) + 1)

    assert result.fault is None


def test_a_message_is_put_into_text_only_outside_the_carrier_s_pci_mode(line: RehearsalLine) -> None:
    usual = line_for_tests(menus=str(ROOT / "menus"), prompts=str(ROOT / "prompts"), at=FIRST)
    path = ROOT / "menus/calls/closed-message.yaml"
    document, conversation, _ = read_conversation(path.name, path.read_bytes())
    assert conversation is not None

    for each in (line, usual):
        each.forget_callers()
        each.clock.at = conversation.at
        assert play(document, conversation, each, number=90).fault is None

    kept = [each.voicemails()[-1].transcript for each in (line, usual)]
    assert kept[0] is None
    assert kept[1] is not None
