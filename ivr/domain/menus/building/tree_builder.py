"""Models to the tree that calls walk. Faults are gathered; only a folder without one becomes a tree."""

from collections.abc import Iterator

from ivr.domain.menus.building.choices import Choices
from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.node_index import IndexedNode, index_of, labels_of, line_of, start_of
from ivr.domain.menus.building.node_scope import Site
from ivr.domain.menus.building.parse_files import Parsed
from ivr.domain.menus.building.recovery_guard import check_guard, check_pins
from ivr.domain.menus.line import LineId
from ivr.domain.menus.paging import page_name, pages_of
from ivr.domain.menus.paths import unasked_ways
from ivr.domain.menus.schema.case_dispositions import dispositions_of, for_supervisors
from ivr.domain.menus.schema.company_file import check_notices, company_of
from ivr.domain.menus.schema.lines_file import lines_of
from ivr.domain.menus.schema.menu_file import AnswerIn, GoodbyeIn, MenuIn, PacingFile, QuestionIn, TransferIn
from ivr.domain.menus.schema.product_steps import ProductAct
from ivr.domain.menus.schema.prompts_file import complete
from ivr.domain.menus.schema.verification_file import policy_of
from ivr.domain.menus.tree import (
    Ask,
    Choice,
    Goodbye,
    GoTo,
    MenuTree,
    MenuVersion,
    Node,
    NodeId,
    NodeKind,
    Pacing,
    Transfer,
)
from ivr.domain.prompts.speech import Text


def build(parsed: Parsed, version: MenuVersion, complaints: Complaints) -> MenuTree | None:
    """Build the tree; None where there is an error, in *parsed* or found here and added to *complaints*."""
    if parsed.company is None or parsed.lines is None or parsed.pacing is None:
        return None
    company = company_of(parsed.company, complaints)
    prompts, faults = complete(parsed.prompts, company.languages)
    complaints.found.extend(faults)
    lines = lines_of(parsed.lines, company.slots, company.languages[0], complaints)
    records = any(line.voicemail for line in lines.values())
    check_notices(parsed.company, records=records, listens=parsed.pacing.listens, complaints=complaints)
    check_pins(parsed, complaints)
    dispositions = dispositions_of(parsed.desk, company.slots, company.languages, complaints)
    index = index_of(parsed, complaints)
    start = start_of(parsed, index, complaints)
    if prompts is None or start is None:
        return None
    site = Site(
        index=index,
        company=company,
        lines=lines,
        person=LineId(parsed.lines.person),
        prompts=prompts,
        labels=labels_of(index),
        complaints=complaints,
    )
    _check_section_lines(site)
    nodes = {node.id: node for written in index.nodes.values() for node in _nodes_of(site, written)}
    home = nodes.get(NodeId(start))
    if complaints.has_errors() or not isinstance(home, Ask):
        return None
    return MenuTree(
        version=version,
        company=company.slots["company"],
        product=company.slots["product"],
        home=home,
        greeting=company.greeting,
        nodes=nodes,
        lines=lines,
        person_line=site.person,
        languages=company.languages,
        voices=company.voices,
        prompts=prompts,
        pacing=_pacing(parsed.pacing),
        message_notice=company.voicemail_notice,
        verification=None if parsed.verification is None else policy_of(parsed.verification),
        dispositions=dispositions,
        for_supervisors=for_supervisors(parsed.desk),
        product_steps=_steps(parsed),
        unasked=frozenset(unasked_ways(nodes, home.id)),
    )


def _check_section_lines(site: Site) -> None:
    """Check the line that each file names for key 0, where it is written."""
    for file, section in site.index.parsed.sections.items():
        if section.line is not None and section.line not in site.line_names:
            spot = site.index.parsed.spot(file, "line")
            site.complaints.unknown("line", section.line, site.line_names, spot)


def _nodes_of(site: Site, written: IndexedNode) -> Iterator[Node]:
    node = written.node
    choices = Choices(site=site, written=written)
    match node:
        case MenuIn():
            yield _ask(site, written, "menu", site.said(written, node.say, "say"), choices.of_menu(node))
        case QuestionIn():
            says = site.said(written, node.ask, "ask")
            yield _ask(site, written, "question", says, choices.of_question(node))
        case AnswerIn():
            yield from _pages(site, written, node, choices)
        case TransferIn():
            site.check_line(written, node.line, "line")
            said = None if node.say is None else site.said(written, node.say, "say")
            check_guard(site, written, node)
            yield Transfer(
                id=NodeId(written.name),
                says=said,
                line=LineId(node.line),
                why=node.why,
                recovery=node.recovery,
            )
        case GoodbyeIn():
            yield Goodbye(id=NodeId(written.name), says=site.said(written, node.say, "say"))


def _pages(site: Site, written: IndexedNode, node: AnswerIn, choices: Choices) -> Iterator[Node]:
    """Make several nodes of an answer too long to sit through, each but the last with a key to go on."""
    pages = pages_of(site.said(written, node.say, "say"))
    own = choices.of_answer(node, first_key=1)
    for number, says in enumerate(pages, start=1):
        name = page_name(written.name, number)
        if number == len(pages):
            yield _ask(site, written, "answer", says, own, name=name)
            continue
        going_on = Choice(
            key="1",
            phrase=site.prompts.text("go_on", key="1"),
            target=GoTo(node=page_name(written.name, number + 1)),
        )
        rest = choices.of_answer(node, first_key=2)
        yield _ask(site, written, "answer", says, (going_on, *rest), name=name)


def _ask(
    site: Site,
    written: IndexedNode,
    kind: NodeKind,
    says: Text,
    choices: tuple[Choice, ...],
    *,
    name: NodeId | None = None,
) -> Ask:
    assert not isinstance(written.node, TransferIn | GoodbyeIn)  # noqa: S101 -- type narrowing
    if written.node.line is not None:
        site.check_line(written, written.node.line, "line")
    return Ask(
        id=name or NodeId(written.name),
        kind=kind,
        says=says,
        choices=choices,
        line=line_of(written, site.person),
        why=written.node.why or site.label(written.name),
    )


def _pacing(file: PacingFile) -> Pacing:
    return Pacing(
        choose_s=file.choose_s,
        option_pause_ms=file.option_pause_ms,
        between_s=file.between_s,
        message_s=file.message_s,
        silent_caller=file.silent_caller,
        listens=file.listens,
        person_words=frozenset(word.casefold() for word in file.person_words),
    )


def _steps(parsed: Parsed) -> dict[ProductAct, tuple[str, ...]]:
    written = {} if parsed.desk is None else parsed.desk.steps
    return {act: tuple(steps) for act, steps in written.items()}
