"""The settings and menus that a host ends up with: they are taken, and the demo's are of no use there."""

import shutil
from pathlib import Path

from ivr.domain.redaction import Secret
from tests.process.production import ACCOUNT_SID, KEY, PRODUCTION, PUBLIC_URL, TOKEN
from tests.process.served import ROOT, call_sid, serving
from tests.twiml_lint import lint


def test_production_starts_with_values_of_its_own_and_takes_calls_signed_for_them(tmp_path: Path) -> None:
    menus = Path(shutil.copytree(ROOT / "menus", tmp_path / "menus"))
    company = menus / "company.yaml"
    lines = company.read_text(encoding="utf-8").splitlines(keepends=True)
    company.write_text("".join(line for line in lines if line.strip() != "example: true"), encoding="utf-8")

    with serving(tmp_path / "home", **PRODUCTION, IVR_MENUS=str(menus)) as served:
        ours = served.post(
            "/voice", call_sid(1), token=Secret(TOKEN), origin=PUBLIC_URL, AccountSid=ACCOUNT_SID
        )
        demo = served.post("/voice", call_sid(2))
        said = served.said + served.warned

    assert (ours[0], lint(ours[1])) == (200, [])
    assert demo == (403, "")
    assert f"POST {PUBLIC_URL}/voice answers a call" in said
    assert [secret for secret in (TOKEN, KEY) if secret in said] == []
