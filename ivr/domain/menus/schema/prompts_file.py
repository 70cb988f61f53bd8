"""The line's own sentences as operators write them: prompts/<language>/*.yaml, one sentence an id."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from ivr.domain.prompts.catalog import PROMPT_IDS, SLOTS, Catalogue, PromptId, slots_in
from ivr.domain.prompts.speech import Language
from ivr.domain.yaml_source.finding import Finding, Severity
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.suggestions import did_you_mean
from ivr.domain.yaml_source.yaml_document import YamlDocument

_FILE = re.compile(r"prompts/([a-z]{2,3})/[^/]+\.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsRead:
    """Sentences by id and language, not yet checked for completeness.

    faulty: ids of what is written, and refused; it is not missing besides.
    """

    sentences: dict[PromptId, dict[Language, str]]
    faulty: frozenset[tuple[str, Language]]


def read_prompts(documents: Iterable[YamlDocument]) -> tuple[PromptsRead, tuple[Finding, ...]]:
    sentences: dict[PromptId, dict[Language, str]] = {}
    findings: list[Finding] = []
    faulty: set[tuple[str, Language]] = set()
    homes: dict[tuple[str, str], YamlDocument] = {}
    for document in documents:
        folder = _FILE.fullmatch(document.file)
        if folder is None or not isinstance(document.value, dict):
            continue
        for name, sentence in document.value.items():
            first = homes.setdefault((name, folder[1]), document)
            if first is not document and name in PROMPT_IDS:
                what = f'"{name}" is written twice in {folder[1]} (first at {first.key_spot((name,))})'
                spot = document.key_spot((name,))
                findings.append(_finding(spot, "clashing-prompt", what, "keep one of them"))
            fault = _fault(document, name, sentence)
            if fault is not None:
                findings.append(fault)
            if fault is not None and fault.severity == "error":
                faulty.add((name, Language(folder[1])))
                continue
            said = sentences.setdefault(cast("PromptId", name), {})
            said[Language(folder[1])] = str(sentence).strip()
    return PromptsRead(sentences=sentences, faulty=frozenset(faulty)), tuple(findings)


def complete(
    prompts: PromptsRead, languages: tuple[Language, ...]
) -> tuple[Catalogue | None, tuple[Finding, ...]]:
    """Check that the first language says everything; what others lack falls back, and is listed."""
    findings = [
        _missing(prompt, language, is_first=language == languages[0])
        for language in languages
        for prompt in PROMPT_IDS
        if language not in prompts.sentences.get(prompt, {}) and (prompt, language) not in prompts.faulty
    ]
    if any(languages[0] not in prompts.sentences.get(prompt, {}) for prompt in PROMPT_IDS):
        return None, tuple(findings)
    templates = {
        prompt: {
            language: prompts.sentences[prompt][language]
            for language in languages
            if language in prompts.sentences[prompt]
        }
        for prompt in PROMPT_IDS
    }
    return Catalogue(templates=templates), tuple(findings)


def _missing(prompt: str, language: str, *, is_first: bool) -> Finding:
    severity: Severity = "error" if is_first else "warning"
    remedy = f"add `{prompt}:` to prompts/{language}/line.yaml"
    if not is_first:
        remedy += "; until then it is said in the first language"
    return Finding(
        rule="missing-prompt" if is_first else "missing-translation",
        severity=severity,
        spot=Spot(file=f"prompts/{language}/line.yaml", line=1, column=1),
        what=f'the line has no sentence for "{prompt}" in {language}',
        remedy=remedy,
    )


def _fault(document: YamlDocument, name: str, sentence: object) -> Finding | None:
    if name not in PROMPT_IDS:
        near = did_you_mean(name, PROMPT_IDS)
        remedy = f"did you mean {near}?" if near else "remove it"
        spot = document.key_spot((name,))
        return _finding(spot, "unknown-prompt", f'the line never says "{name}"', remedy)
    fault = _sentence_fault(name, sentence)
    return None if fault is None else _finding(document.spot((name,)), *fault)


def _sentence_fault(name: PromptId, sentence: object) -> tuple[str, str, str] | None:
    """Give the rule, what is wrong and the remedy."""
    if not isinstance(sentence, str) or not sentence.strip():
        return "missing-prompt", f'"{name}" holds no sentence', "write the sentence"
    try:
        used = slots_in(sentence)
    except ValueError as error:
        return "bad-slot", f"the braces make no slot ({error})", "write {line}, or no braces"
    allowed = SLOTS.get(name, frozenset())
    if unknown := sorted(used - allowed):
        names = ", ".join(f"{{{slot}}}" for slot in sorted(allowed)) or "no slots"
        return "bad-slot", f'"{name}" has no slot {{{unknown[0]}}}', f"it may use {names}"
    if name == "option" and -1 < sentence.find("{key}") < sentence.find("{label}"):
        return "key-first", "the key is named before what it is for", "name the function first, then the key"
    return None


def _finding(spot: Spot, rule: str, what: str, remedy: str) -> Finding:
    severity: Severity = "warning" if rule == "key-first" else "error"
    return Finding(rule=rule, severity=severity, spot=spot, what=what, remedy=remedy)
