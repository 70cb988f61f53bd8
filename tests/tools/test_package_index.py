import base64
import os
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.package_index import PYPI, PackageIndex, without_login


def write_conf(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def test_without_any_configuration_it_is_pypi(tmp_path: Path) -> None:
    assert PackageIndex.of_pip({}, root=tmp_path) == PackageIndex(url=PYPI)


def conf_of(name: str) -> str:
    return f"[global]\nindex-url = https://{name}.example/simple/\n"


def test_each_place_is_read_and_a_later_one_wins(tmp_path: Path) -> None:
    home = tmp_path / "home"
    variables = {"HOME": str(home)}
    # In pip's own order, from the least to the most particular.
    places = {
        "any-desktop": tmp_path / "etc" / "xdg" / "pip" / "pip.conf",
        "machine": tmp_path / "etc" / "pip.conf",
        "person-once": home / ".pip" / "pip.conf",
        "person": home / ".config" / "pip" / "pip.conf",
    }
    found = []

    for name, place in places.items():
        write_conf(place, conf_of(name))
        found.append(PackageIndex.of_pip(variables, root=tmp_path).url)
    variables["PIP_INDEX_URL"] = "https://variable.example/simple"
    found.append(PackageIndex.of_pip(variables, root=tmp_path).url)

    assert found == [f"https://{name}.example/simple" for name in (*places, "variable")]


def test_a_named_file_stands_in_for_the_persons_own(tmp_path: Path) -> None:
    write_conf(tmp_path / "etc" / "pip.conf", conf_of("machine") + "cert = /etc/machine.pem\n")
    write_conf(tmp_path / "home" / ".pip" / "pip.conf", conf_of("person") + "cert = /home/person.pem\n")
    write_conf(tmp_path / "named" / "any.conf", conf_of("named"))
    variables = {"HOME": str(tmp_path / "home"), "PIP_CONFIG_FILE": str(tmp_path / "named" / "any.conf")}

    index = PackageIndex.of_pip(variables, root=tmp_path)

    assert index == PackageIndex(url="https://named.example/simple", cafile="/etc/machine.pem")


def test_what_stands_under_install_wins_whichever_file_it_stands_in(tmp_path: Path) -> None:
    write_conf(tmp_path / "etc" / "pip.conf", "[install]\nindex_url = https://install.example/simple\n")
    write_conf(tmp_path / "home" / ".pip" / "pip.conf", conf_of("person") + "cert = /etc/ca%20s.pem\n")

    index = PackageIndex.of_pip({"HOME": str(tmp_path / "home")}, root=tmp_path)

    assert index == PackageIndex(url="https://install.example/simple", cafile="/etc/ca%20s.pem")


def test_the_null_device_asks_for_no_file_at_all(tmp_path: Path) -> None:
    write_conf(tmp_path / "etc" / "pip.conf", conf_of("machine"))

    index = PackageIndex.of_pip({"PIP_CONFIG_FILE": os.devnull}, root=tmp_path)

    assert index == PackageIndex(url=PYPI)


@given(content=st.binary(max_size=200))
def test_a_broken_file_never_stops_the_first_run(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    conf = tmp_path_factory.getbasetemp() / "broken.conf"
    conf.write_bytes(content)

    index = PackageIndex.of_pip({"PIP_CONFIG_FILE": str(conf)}, root=conf.parent / "nowhere")

    assert index == PackageIndex(url=PYPI)


@given(name=st.text(min_size=1), password=st.text())
def test_a_login_leaves_the_address_and_reaches_the_header_whole(name: str, password: str) -> None:
    login = f"{urllib.parse.quote(name, safe='')}:{urllib.parse.quote(password, safe='')}"

    bare, header = without_login(f"https://{login}@index.example:8443/simple/")

    assert bare == "https://index.example:8443/simple/"
    assert header == "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_an_address_without_login_has_no_header() -> None:
    assert without_login("file:///srv/index/") == ("file:///srv/index/", None)


def test_the_host_that_is_shown_holds_no_password() -> None:
    assert PackageIndex(url="https://me:secret@index.example/simple").host == "index.example"
