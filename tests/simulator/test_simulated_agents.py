from ivr.simulator.carrier.simulated_agents import Person, as_cast


def person(name: str) -> Person:
    return Person(number="+14155550101", name=name, line="support")


def test_each_behaves_ring_by_ring_and_the_last_for_good() -> None:
    cast = as_cast({"day desk": ("busy", "declines")})

    assert [cast(person("day desk")) for _ in range(3)] == ["busy", "declines", "declines"]


def test_rings_are_counted_for_each_person() -> None:
    cast = as_cast({"day desk": ("busy", "answers"), "on call": ("failed", "answers")})

    assert [cast(person(name)) for name in ("day desk", "on call", "day desk")] == [
        "busy",
        "failed",
        "answers",
    ]


def test_who_is_not_named_answers() -> None:
    assert as_cast({})(person("day desk")) == "answers"
