import hashlib
from pathlib import Path

import pytest

from tools.package_index import PackageIndex
from tools.pip_wheel import PIP, Wheel, WheelUnusable, fetch, login_for

CONTENT = b"any bytes will do for a wheel that nobody opens"
WHEEL = Wheel(name="pip-1.0-py3-none-any.whl", sha256=hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "venv").mkdir()
    return tmp_path / "venv"


@pytest.fixture
def index(tmp_path: Path) -> PackageIndex:
    """Return an index on the disk, whose links leave the page's folder as those of a mirror do."""
    page = tmp_path / "simple" / "pip"
    page.mkdir(parents=True)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / WHEEL.name).write_bytes(CONTENT)
    (page / "index.html").write_text(
        '<a href="../../files/pip-0.9-py3-none-any.whl">older</a><a name="nothing"></a>'
        f'<a data-requires-python="&gt;=3.9" href="../../files/{WHEEL.name}#sha256=00">{WHEEL.name}</a>',
        encoding="utf-8",
    )
    return PackageIndex(url=(tmp_path / "simple").as_uri())


def test_the_wheel_is_found_on_the_page_and_kept(folder: Path, index: PackageIndex) -> None:
    got = fetch(WHEEL, index=index, folder=folder)

    assert got == folder / WHEEL.name
    assert got.read_bytes() == CONTENT


def test_a_wheel_with_another_hash_is_refused_and_not_kept(
    folder: Path, index: PackageIndex, tmp_path: Path
) -> None:
    (tmp_path / "files" / WHEEL.name).write_bytes(CONTENT + b"!")

    with pytest.raises(WheelUnusable, match=r"sha256 differs.*PIP_INDEX_URL"):
        fetch(WHEEL, index=index, folder=folder)

    assert list(folder.iterdir()) == []


def test_a_kept_wheel_needs_no_index(folder: Path) -> None:
    (folder / WHEEL.name).write_bytes(CONTENT)

    got = fetch(WHEEL, index=PackageIndex(url="file:///nowhere"), folder=folder)

    assert got == folder / WHEEL.name


def test_a_damaged_kept_wheel_is_fetched_again(folder: Path, index: PackageIndex) -> None:
    (folder / WHEEL.name).write_bytes(CONTENT[:5])

    got = fetch(WHEEL, index=index, folder=folder)

    assert got.read_bytes() == CONTENT


def test_a_wheel_that_the_page_does_not_list_is_named(folder: Path, index: PackageIndex) -> None:
    absent = Wheel(name="pip-2.0-py3-none-any.whl", sha256=WHEEL.sha256)

    with pytest.raises(WheelUnusable, match=r"pip-2\.0.*does not list it.*index-url"):
        fetch(absent, index=index, folder=folder)


@pytest.mark.parametrize("url", ["file:///nowhere/simple", "no address at all", "gopher://index.example"])
def test_an_index_that_cannot_be_read_is_told_with_the_remedy(folder: Path, url: str) -> None:
    with pytest.raises(WheelUnusable, match=r"check the network.*python3-venv"):
        fetch(WHEEL, index=PackageIndex(url=url), folder=folder)


def test_a_certificate_file_that_is_not_there_is_told_with_the_remedy(
    folder: Path, index: PackageIndex
) -> None:
    with pytest.raises(WheelUnusable, match=r"cert in pip\.conf"):
        fetch(WHEEL, index=PackageIndex(url=index.url, cafile="/nowhere.pem"), folder=folder)


def test_the_login_goes_to_the_index_and_to_no_host_that_it_links_to() -> None:
    index = PackageIndex(url="https://me:secret@index.example/simple")

    at_home = login_for("https://index.example/files/a.whl", index)

    assert at_home is not None
    assert login_for("https://me:secret@index.example/simple/pip/", index) == at_home
    assert login_for("https://files.example/a.whl", index) is None
    assert login_for("http://index.example/files/a.whl", index) is None
    assert login_for("https://index.example:8443/files/a.whl", index) is None


def test_the_wheel_that_we_know_is_pinned_by_a_whole_hash() -> None:
    assert PIP.name.endswith("-py3-none-any.whl")
    assert len(bytes.fromhex(PIP.sha256)) == hashlib.sha256().digest_size
