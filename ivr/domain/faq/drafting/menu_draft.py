"""A FAQ as menu files, to be polished by a person."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ivr.domain.faq.drafting.draft_company import COMPANY, PACING
from ivr.domain.faq.drafting.draft_line import lines_file
from ivr.domain.faq.drafting.draft_section import SectionDraft, Way, lines_text
from ivr.domain.faq.drafting.option_labels import QUESTIONS_ABOUT
from ivr.domain.faq.drafting.routing import LineWords
from ivr.domain.faq.drafting.slug import slug_of
from ivr.domain.faq.structure.faq_document import Faq, Question, Section

_MAIN = "main"
_NEW = "new-answers"
_KEPT_NAMES = frozenset({_MAIN, "company", "lines", "pacing", _NEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """files: text by file name. notes: what is not as the document has it, each beginning with its lines."""

    files: Mapping[str, str]
    notes: tuple[str, ...]


def draft_of(faq: Faq, *, document: str, lines: Sequence[LineWords], general: str) -> Draft:
    """Write every file of a folder. document: the path of the FAQ from that folder."""
    taken = {_MAIN}
    names = set(_KEPT_NAMES)
    files = {
        "company.yaml": COMPANY,
        "pacing.yaml": PACING,
        "lines.yaml": lines_file(lines, general),
    }
    main = SectionDraft(document=document, lines=lines, general=general, taken=taken)
    sections = [section for section in faq.sections if section.questions]
    notes = [
        f'{lines_text(section.lines)}: the section "{section.title}" holds no question, and no menu'
        for section in faq.sections
        if not section.questions
    ]
    if len(sections) == 1:
        main.menu(_MAIN, "Please choose.", main.questions(sections[0].questions), label=_MAIN)
    else:
        ways = []
        for section in sections:
            draft = SectionDraft(document=document, lines=lines, general=general, taken=taken)
            title = _title(section)
            name = slug_of(title, taken | names)
            taken.add(name)
            names.add(name)
            label = f"{QUESTIONS_ABOUT} {title}"
            draft.menu(name, f"{title}.", draft.questions(section.questions), label=label)
            files[f"{name}.yaml"] = draft.text()
            notes += draft.notes
            ways.append(Way(label=label, node=name))
        main.menu(_MAIN, "Please choose.", ways, label=_MAIN)
    files[f"{_MAIN}.yaml"] = main.text(start=_MAIN)
    return Draft(files=files, notes=(*notes, *main.notes))


def additions_of(
    questions: Sequence[Question],
    *,
    document: str,
    lines: Sequence[LineWords],
    general: str,
    nodes: AbstractSet[str],
    files: AbstractSet[str],
) -> Draft:
    """Write one more file for *questions*; *nodes* and *files* name what the folder has already."""
    stem = slug_of(_NEW, {name.removesuffix(".yaml") for name in files} | nodes)
    draft = SectionDraft(document=document, lines=lines, general=general, taken={*nodes, stem})
    draft.menu(stem, "New answers.", draft.questions(questions), label=stem.replace("-", " "))
    return Draft(files={f"{stem}.yaml": draft.text()}, notes=tuple(draft.notes))


def _title(section: Section) -> str:
    is_told = any(letter.isalnum() for letter in section.title)
    return section.title.rstrip(" .:") if is_told else "other matters"
