"""Which version was served last, and whether it stands in for a folder that cannot be served."""

from ivr.adapters.database.open_store import Store
from ivr.domain.menus.tree import MenuVersion
from tests.adapters.database.sample import after

FIRST, SECOND = MenuVersion("a" * 12), MenuVersion("b" * 12)


def test_before_anything_was_served_there_is_nothing_to_go_back_to(store: Store) -> None:
    assert (store.menus.served(9), store.menus.instead_of()) == ((), None)


def test_the_version_that_was_served_last_comes_first_however_old_it_is(store: Store) -> None:
    store.menus.keep(FIRST, {"faq.yaml": b"first"}, served_at=after(1))
    store.menus.keep(SECOND, {"faq.yaml": b"second"}, served_at=after(2))
    before = store.menus.served(9)
    store.menus.keep(FIRST, {"faq.yaml": b"first"}, served_at=after(3))

    assert before == (SECOND, FIRST)
    assert store.menus.served(9) == (FIRST, SECOND)
    assert store.menus.served(1) == (FIRST,)


def test_what_was_served_last_says_what_it_stands_in_for_and_until_when(store: Store) -> None:
    store.menus.keep(FIRST, {}, served_at=after(1), instead_of="main.yaml:3:1  broken")
    meanwhile = store.menus.instead_of()
    store.menus.keep(FIRST, {}, served_at=after(2))
    mended = store.menus.instead_of()
    store.menus.keep(FIRST, {}, served_at=after(3), instead_of="main.yaml:4:1  broken again")
    store.menus.keep(SECOND, {}, served_at=after(4))

    assert meanwhile == "main.yaml:3:1  broken"
    assert mended is None
    assert store.menus.instead_of() is None
