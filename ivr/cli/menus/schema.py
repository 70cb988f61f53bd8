"""`ivr schema`."""

import json
from pathlib import Path
from typing import Literal

import click
from pydantic import BaseModel
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, DefsRef, GenerateJsonSchema, JsonRef, JsonSchemaValue

from ivr.domain.menus.schema.desk_file import DeskFile
from ivr.domain.menus.schema.menu_file import CompanyFile, LinesFile, PacingFile, SectionFile
from ivr.domain.menus.schema.verification_file import VerificationFile

_FILES: dict[str, type[BaseModel]] = {
    "section": SectionFile,
    "company": CompanyFile,
    "lines": LinesFile,
    "pacing": PacingFile,
    "verification": VerificationFile,
    "desk": DeskFile,
}
SCHEMAS = tuple(f"{kind}.schema.json" for kind in _FILES)
_WORDS: JsonSchemaValue = {"type": "string", "minLength": 1}
_PAUSE: JsonSchemaValue = {"type": "integer", "minimum": 1, "maximum": 5000}
_PIECE: JsonSchemaValue = {
    "title": "piece",
    "description": "A sentence, or one piece that is read slowly, digit by digit, or is silent.",
    "anyOf": [
        _WORDS,
        *(
            {
                "type": "object",
                "properties": {kind: inside},
                "required": [kind],
                "additionalProperties": False,
            }
            for kind, inside in (("slow", _WORDS), ("digits", _WORDS), ("pause_ms", _PAUSE))
        ),
    ],
}
_SPEECH: JsonSchemaValue = {
    "title": "speech",
    "description": "A sentence, or a list of pieces.",
    "anyOf": [_WORDS, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/piece"}}],
}


@click.command("schema")
@click.option("--out", default="menus", envvar="IVR_MENUS", type=click.Path(path_type=Path))
def command(out: Path) -> None:
    """Write the JSON Schemas of the menu files to the folder OUT."""
    out.mkdir(parents=True, exist_ok=True)
    for kind in _FILES:
        path = out / f"{kind}.schema.json"
        path.write_bytes(schema_bytes(kind))
        click.echo(f"wrote {path}")


def schema_bytes(kind: str) -> bytes:
    """Write the schema of one kind of file: "section", "company" and so on, as in _FILES."""
    schema = _FILES[kind].model_json_schema(by_alias=True, schema_generator=_Generate)
    definitions = schema.get("$defs", {})
    # Two fields are read more kindly than their models say: a text may stand alone, one line may be a number.
    for name in {"ExampleText", "DispositionIn"} & definitions.keys():
        text = definitions[name]["properties"]["text"]
        definitions[name] = {"anyOf": [definitions[name], text]}
    if "SourceIn" in definitions:
        fields = definitions["SourceIn"]["properties"]
        fields["lines"] = {"anyOf": [fields["lines"], {"type": "integer", "minimum": 1}]}
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()


class _Generate(GenerateJsonSchema):
    """pydantic resolves references to its own models only; texts refer to two schemas that are no models."""

    def __init__(
        self,
        by_alias: bool | None = None,  # noqa: FBT001 -- pydantic's own signature
        ref_template: str = DEFAULT_REF_TEMPLATE,
        union_format: Literal["any_of", "primitive_type_array"] = "any_of",
    ) -> None:
        super().__init__(by_alias, ref_template, union_format)
        for name, schema in (("piece", _PIECE), ("speech", _SPEECH)):
            reference = DefsRef(name)
            self.definitions[reference] = schema
            self.json_to_defs_refs[JsonRef(f"#/$defs/{name}")] = reference
            self._prioritized_defsref_choices[reference] = [reference]
