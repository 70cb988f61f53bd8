from collections.abc import Callable, Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.domain.yaml_source.error_paths import KEY, written_path
from ivr.domain.yaml_source.finding import Finding, in_order
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.validation_errors import complaint_of
from ivr.domain.yaml_source.yaml_document import Path, YamlDocument

KnownFields = Callable[[Path], Iterable[str]]


def findings_of(
    document: YamlDocument, error: ValidationError, known_fields: KnownFields | None = None
) -> tuple[Finding, ...]:
    """Join what pydantic refuses in the document's value to the places where it was written.

    *known_fields* names the fields that may stand in the mapping at a path, to suggest the nearest.
    """
    return tuple(in_order(_finding(document, one, known_fields) for one in error.errors(include_url=False)))


def _finding(document: YamlDocument, error: ErrorDetails, known_fields: KnownFields | None) -> Finding:
    loc = error["loc"]
    known: Iterable[str] = ()
    if error["type"] == "extra_forbidden":
        known = known_fields(written_path(document.value, loc[:-1])) if known_fields else ()
    complaint = complaint_of(error, known)
    return Finding(
        rule=complaint.rule,
        severity="error",
        spot=_spot(document, error),
        what=complaint.what,
        remedy=complaint.remedy,
    )


def _spot(document: YamlDocument, error: ErrorDetails) -> Spot:
    loc = error["loc"]
    match error["type"]:
        case "missing":
            return document.spot(written_path(document.value, loc[:-1]))
        case "extra_forbidden":
            return document.key_spot(written_path(document.value, loc))
        case "union_tag_invalid":
            field = str(error.get("ctx", {}).get("discriminator", "")).strip("'")
            return document.spot((*written_path(document.value, loc), field))
        case _ if loc[-1:] == (KEY,):
            return document.key_spot(written_path(document.value, loc[:-1]))
        case _:
            return document.spot(written_path(document.value, loc))
