from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator.conversation import Conversation, Step, read_conversation
from ivr.simulator.saved_conversation import written

# What a terminal lets through: letters, marks, numbers, signs and spaces, of any script.
PRINTABLE = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=30)
KEYS = st.text("0123456789*#", min_size=1, max_size=5)
STEPS = st.one_of(
    PRINTABLE.map(lambda words: Step(hears=words)),
    PRINTABLE.map(lambda words: Step(agent_hears=words)),
    PRINTABLE.map(lambda words: Step(says=words)),
    KEYS.map(lambda keys: Step(presses=keys)),
    st.integers(0, 3600).map(lambda seconds: Step(records=seconds)),
    st.just(Step(stays="silent")),
    st.just(Step(hangs_up=True)),
)
BEHAVIOURS = st.lists(st.sampled_from(["answers", "busy", "no_answer"]), min_size=1, max_size=3).map(tuple)
OFFSETS = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
CONVERSATIONS = st.builds(
    Conversation,
    call=PRINTABLE,
    at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=OFFSETS),  # noqa: DTZ001 -- bounds without zone
    caller=st.sampled_from(["anonymous", "+14155550123"]),
    people=st.dictionaries(PRINTABLE, BEHAVIOURS, max_size=3),
    steps=st.lists(STEPS, min_size=1, max_size=5),
    ends=st.sampled_from(["answered", "voicemail", "transferred"]),
)


@given(CONVERSATIONS)
def test_a_conversation_reads_back_as_it_was_written(conversation: Conversation) -> None:
    _, again, findings = read_conversation("saved.yaml", written(conversation).encode())

    assert findings == ()
    assert again == conversation


def test_the_text_is_what_a_person_would_write() -> None:
    conversation = Conversation(
        call="Nobody there",
        at=datetime(2026, 11, 24, 18, 0, tzinfo=UTC),
        people={"day desk": ("busy", "answers")},
        steps=[Step(presses="1"), Step(hears='Say "no".'), Step(hangs_up=True)],
        ends="abandoned",
    )

    assert written(conversation) == (
        'call: "Nobody there"\n'
        'at: "2026-11-24T18:00:00+00:00"\n'
        'caller: "+14155550199"\n'
        "people:\n"
        '  "day desk": [busy, answers]\n'
        "steps:\n"
        '  - presses: "1"\n'
        '  - hears: "Say \\"no\\"."\n'
        "  - hangs_up: true\n"
        "ends: abandoned\n"
    )
