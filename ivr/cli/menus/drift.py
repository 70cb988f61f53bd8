"""`ivr drift`."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.cli.findings import end_with, shown
from ivr.domain.faq.drafting.draft_section import lines_text
from ivr.domain.faq.drift import Drift, KnownAnswer, drift
from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import LineRange
from ivr.domain.menus.building.parse_files import Parsed, parse
from ivr.domain.menus.schema.menu_file import AnswerIn, QuestionIn, SectionFile
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot

DRIFTED_STATUS = 1


@click.command("drift")
@click.argument("menus", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
def command(menus: Path) -> None:
    """Compare the answers of the folder MENUS with the FAQ documents they came from, as these are now.

    Ends with status 0 where nothing differs, 1 where something does, 2 where something cannot be read.
    """
    parsed = parsed_folder(menus)
    documents = known_by_document(parsed)
    if not documents:
        _end(str(menus), "no file here says which document it came from", "write `faq:` with the document")
    told: list[str] = []
    for document, known in documents.items():
        faq = read_faq(str(menus / document), _read(menus, document))
        faults = [finding for finding in faq.findings if finding.severity == "error"]
        if faults:
            end_with(faults, "nothing was compared")
        told += told_of(drift(known, faq), document)
    for line in told:
        click.echo(line)
    if told:
        raise SystemExit(DRIFTED_STATUS)
    count = sum(len(known) for known in documents.values())
    click.echo(f"{count} answers are as the document has them")


def parsed_folder(menus: Path) -> Parsed:
    """Read the folder's menus; ends the command where they cannot be read."""
    try:
        parsed = parse(read_folders(menus, menus / "no-prompts"))
    except OSError as fault:
        what = f"this cannot be read ({fault.strerror})"
        _end(str(fault.filename or menus), what, "see that it exists and may be read")
    faults = [
        one
        for one in parsed.findings
        if one.severity == "error" and one.rule != "missing-file" and one.spot.file.startswith("menus/")
    ]
    if faults:
        end_with(shown(faults, menus=menus, prompts=menus), "the menus have faults; see `ivr check`")
    return parsed


def known_by_document(parsed: Parsed) -> dict[str, list[KnownAnswer]]:
    """Answers that remember a question of a document, by the document's path from the menu folder."""
    documents: dict[str, list[KnownAnswer]] = {}
    for file, section in parsed.sections.items():
        if section.faq is not None:
            known = documents.setdefault(section.faq, [])
            known += _known(parsed, file, section, section.faq)
    return documents


def told_of(found: Drift, document: str) -> Iterator[str]:
    """Say each difference, with the place in the menus and the document's lines then and now."""
    for change in found.changed:
        then, now = lines_text(change.was.lines), lines_text(change.now.lines)
        verb = "differ" if " and " in change.what else "differs"
        yield (
            f'{change.was.spot}  changed: the {change.what} of "{change.now.text}" {verb} '
            f"({document}: lines {then} then, {now} now)"
        )
    for question in found.added:
        spot = f"{document}:{question.lines.first}"
        yield f'{spot}  added: "{question.text}" (lines {lines_text(question.lines)})'
    for gone in found.removed:
        then = lines_text(gone.lines)
        yield f'{gone.spot}  removed: "{gone.question}" is no longer in {document} (lines {then} then)'


def _known(parsed: Parsed, file: str, section: SectionFile, document: str) -> Iterator[KnownAnswer]:
    told: list[tuple[str, str, AnswerIn | QuestionIn]] = [
        *(("answers", name, answer) for name, answer in section.answers.items()),
        *(("questions", name, asked) for name, asked in section.questions.items()),
    ]
    for kind, name, node in told:
        if node.question is None or node.source is None:
            continue
        first, _, last = node.source.lines.partition("-")
        yield KnownAnswer(
            question=node.question,
            fingerprint=node.source.fingerprint,
            file=document,
            lines=LineRange(first=int(first), last=int(last or first)),
            spot=parsed.key_spot(file, kind, name),
        )


def _read(menus: Path, document: str) -> bytes:
    path = menus / document
    if not path.resolve().is_relative_to(menus.resolve()):
        _end(str(path), "this lies outside the menu folder", "copy the document below it")
    try:
        return path.read_bytes()
    except OSError as fault:
        _end(str(path), f"this cannot be read ({fault.strerror})", "see that `faq:` names the document")


def _end(file: str, what: str, remedy: str) -> NoReturn:
    spot = Spot(file=file, line=1, column=1)
    end_with(
        [Finding(rule="unreadable-file", severity="error", spot=spot, what=what, remedy=remedy)],
        "nothing was compared",
    )
