from ivr.adapters.database.circuit_breaker import Breaker


def test_one_failure_opens_it_and_the_next_trial_has_to_wait() -> None:
    now = [100.0]
    breaker = Breaker(ticks=lambda: now[0], retry_s=2.0)

    breaker.open(OSError("gone"))
    at_once = (breaker.is_open, breaker.is_due)
    now[0] += 2.0
    later = (breaker.is_open, breaker.is_due)

    assert at_once == (True, False)
    assert later == (True, True)
    assert breaker.fault == "OSError: gone"


def test_a_failed_trial_starts_the_wait_again() -> None:
    now = [100.0]
    breaker = Breaker(ticks=lambda: now[0], retry_s=2.0)
    breaker.open(OSError("gone"))
    now[0] += 2.0

    breaker.open(OSError("gone"))

    assert not breaker.is_due


def test_a_success_closes_it_and_forgets_the_fault() -> None:
    breaker = Breaker(retry_s=0.0)
    breaker.open(OSError("gone"))

    breaker.close()

    assert (breaker.is_open, breaker.is_due, breaker.fault) == (False, False, None)
