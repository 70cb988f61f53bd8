"""Files of a menu folder to models, with every fault of every file at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ivr.domain.menus.schema.desk_file import DeskFile
from ivr.domain.menus.schema.menu_file import CompanyFile, LinesFile, PacingFile, SectionFile
from ivr.domain.menus.schema.prompts_file import PromptsRead, read_prompts
from ivr.domain.menus.schema.verification_file import VerificationFile
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.reader import read_all
from ivr.domain.yaml_source.validation import findings_of
from ivr.domain.yaml_source.yaml_document import Path, YamlDocument

MENUS = "menus/"
PROMPTS = "prompts/"
COMPANY = "menus/company.yaml"
LINES = "menus/lines.yaml"
PACING = "menus/pacing.yaml"
VERIFICATION = "menus/verification.yaml"
DESK = "menus/desk.yaml"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The folder as models. A part that could not be read is None, and findings say why.

    verification, desk: None also where there is no such file.
    """

    company: CompanyFile | None
    lines: LinesFile | None
    pacing: PacingFile | None
    verification: VerificationFile | None
    desk: DeskFile | None
    sections: Mapping[str, SectionFile]
    prompts: PromptsRead
    documents: Mapping[str, YamlDocument]
    findings: tuple[Finding, ...]

    def spot(self, file: str, *path: str | int) -> Spot:
        return (
            self.documents[file].spot(path) if file in self.documents else Spot(file=file, line=1, column=1)
        )

    def key_spot(self, file: str, *path: str | int) -> Spot:
        return (
            self.documents[file].key_spot(path)
            if file in self.documents
            else Spot(file=file, line=1, column=1)
        )


def parse(files: Mapping[str, bytes]) -> Parsed:
    """Read the YAML files of menus/ and prompts/, keyed by their path from the folder that holds both."""
    documents = {document.file: document for document in read_all(files)}
    findings = [finding for document in documents.values() for finding in document.findings]
    company = _one(documents, COMPANY, CompanyFile, findings)
    lines = _one(documents, LINES, LinesFile, findings)
    pacing = _one(documents, PACING, PacingFile, findings)
    verification = _if_there(documents, VERIFICATION, VerificationFile, findings)
    desk = _if_there(documents, DESK, DeskFile, findings)
    sections = {
        file: section
        for file in documents
        if file.startswith(MENUS) and file not in (COMPANY, LINES, PACING, VERIFICATION, DESK)
        if (section := _model(documents[file], SectionFile, findings)) is not None
    }
    prompts, faults = read_prompts(
        [document for file, document in documents.items() if file.startswith(PROMPTS)]
    )
    return Parsed(
        company=company,
        lines=lines,
        pacing=pacing,
        verification=verification,
        desk=desk,
        sections=sections,
        prompts=prompts,
        documents=documents,
        findings=(*findings, *faults),
    )


def _one(
    documents: Mapping[str, YamlDocument], file: str, model: type[Model], findings: list[Finding]
) -> Model | None:
    if file not in documents:
        findings.append(
            Finding(
                rule="missing-file",
                severity="error",
                spot=Spot(file=file, line=1, column=1),
                what=f"there is no {file}",
                remedy="write it, or start from the one that `ivr import` writes",
            )
        )
        return None
    return _model(documents[file], model, findings)


def _if_there(
    documents: Mapping[str, YamlDocument], file: str, model: type[Model], findings: list[Finding]
) -> Model | None:
    return _model(documents[file], model, findings) if file in documents else None


def _model(document: YamlDocument, model: type[Model], findings: list[Finding]) -> Model | None:
    if document.value is None:
        return None
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        findings.extend(findings_of(document, error, lambda path: _known_fields(model, path)))
        return None


def _known_fields(model: type[BaseModel], path: Path) -> Iterable[str]:
    """Name the fields that may stand in the mapping at *path*, following the model's own annotations."""
    here = model
    for step in path:
        field = here.model_fields.get(str(step))
        # What is no field is a list's position, or a name that the operator chose: "say" may be a menu's.
        here = here if field is None else _model_in(field.annotation) or here
    return [field.alias or name for name, field in here.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = [found for part in get_args(annotation) if (found := _model_in(part)) is not None]
    return inside[-1] if inside else None
