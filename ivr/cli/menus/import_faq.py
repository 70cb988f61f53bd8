"""`ivr import`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from ivr.cli.findings import end_with
from ivr.cli.menus.drift import known_by_document, parsed_folder, told_of
from ivr.cli.menus.schema import SCHEMAS, schema_bytes
from ivr.domain.faq.drafting.draft_line import GENERAL, SHIPPED, lines_of_faq, people_of
from ivr.domain.faq.drafting.draft_section import lines_text
from ivr.domain.faq.drafting.menu_draft import Draft, additions_of, draft_of
from ivr.domain.faq.drafting.routing import LineWords
from ivr.domain.faq.drift import drift
from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import Faq
from ivr.domain.menus.building.parse_files import Parsed
from ivr.domain.prompts.speech import Words
from ivr.domain.yaml_source.finding import Finding, line_of
from ivr.domain.yaml_source.location import Spot

_SOURCES = "faq"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
def command(file: Path, out: Path) -> None:
    """Turn the FAQ document FILE (text, Markdown or HTML) into menu files in the folder OUT.

    Files that are there stay as they are: what is new in the document goes to a file of its own, and what
    has changed is told. Ends with status 2 where the document has faults; then nothing is written.
    """
    data = _bytes(file)
    faq = _faq(file, data)
    parsed = parsed_folder(out)
    document = f"{_SOURCES}/{file.name}"
    lines = _lines(parsed) or lines_of_faq(faq)
    general = str(parsed.lines.person) if parsed.lines else GENERAL.id
    if parsed.sections:
        draft = _additions(parsed, faq, document=document, lines=lines, general=general)
    else:
        draft = draft_of(faq, document=document, lines=lines, general=general)
    _write(out, draft.files)
    _keep_document(out / document, data)
    _tell(faq, draft.notes, file)
    if parsed.sections:
        _tell_drift(parsed, faq, document, draft)
    _tell_numbers(lines)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        spot = Spot(file=str(file), line=1, column=1)
        what, remedy = f"this cannot be read ({fault.strerror})", "see that it exists and may be read"
        found = Finding(rule="unreadable-file", severity="error", spot=spot, what=what, remedy=remedy)
        end_with([found], "nothing was imported")


def _faq(file: Path, data: bytes) -> Faq:
    faq = read_faq(str(file), data)
    if any(finding.severity == "error" for finding in faq.findings):
        end_with(faq.findings, "nothing was imported")
    return faq


def _lines(parsed: Parsed) -> tuple[LineWords, ...]:
    """Take the lines of a folder that has some, by the names that callers hear."""
    if parsed.lines is None:
        return ()
    known = {line.id: line.names for line in SHIPPED}
    found = []
    for name, line in parsed.lines.lines.items():
        spoken = [
            part.text
            for speech in line.name.by_language.values()
            for part in speech
            if isinstance(part, Words)
        ]
        found.append(LineWords(id=name, names=(*known.get(name, ()), *spoken)))
    return tuple(found)


def _additions(parsed: Parsed, faq: Faq, *, document: str, lines: Sequence[LineWords], general: str) -> Draft:
    added = drift(known_by_document(parsed).get(document, []), faq).added
    if not added:
        return Draft(files={}, notes=())
    nodes = {
        str(name)
        for section in parsed.sections.values()
        for kind in (section.menus, section.questions, section.answers, section.transfers, section.goodbyes)
        for name in kind
    }
    files = {name.removeprefix("menus/") for name in parsed.documents}
    return additions_of(added, document=document, lines=lines, general=general, nodes=nodes, files=files)


def _write(out: Path, files: Mapping[str, str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    written = {name: text.encode() for name, text in files.items()}
    written |= {name: schema_bytes(name.partition(".")[0]) for name in SCHEMAS}
    for name, data in written.items():
        path = out / name
        if path.exists():
            if name in files:
                click.echo(f"kept {path}")
            continue
        path.write_bytes(data)
        click.echo(f"wrote {path}")


def _keep_document(path: Path, data: bytes) -> None:
    """Keep the document beside the menus, as `ivr drift` compares them with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
        click.echo(f"wrote {path}")


def _tell(faq: Faq, notes: Sequence[str], file: Path) -> None:
    for finding in faq.findings:
        click.echo(line_of(finding))
    for unplaced in faq.unplaced:
        click.echo(f"{file}:{lines_text(unplaced.lines)}  not in the menus ({unplaced.why}): {unplaced.text}")
    for note in notes:
        click.echo(f"{file}:{note}")


def _tell_drift(parsed: Parsed, faq: Faq, document: str, draft: Draft) -> None:
    for told in told_of(drift(known_by_document(parsed).get(document, []), faq), document):
        click.echo(told)
    for name in draft.files:
        stem = name.removesuffix(".yaml")
        click.echo(f"no menu leads to the new answers yet: add an option with `go: {stem}` to one of yours")
    if not draft.files:
        click.echo("the document has no question that the menus have not")


def _tell_numbers(lines: Sequence[LineWords]) -> None:
    for line in lines:
        variable = "IVR_LINE_" + line.id.upper().replace("-", "_")
        count = len(people_of(line.id))
        click.echo(f"set {variable} to the numbers of {line.names[0]} (as written: {count})")
    click.echo("next: ivr check")
