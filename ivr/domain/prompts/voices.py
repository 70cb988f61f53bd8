"""Voices that may read a prompt: which languages they speak, and how much in one breath."""

import re
from dataclasses import dataclass
from typing import Literal

from ivr.domain.yaml_source.suggestions import did_you_mean

Family = Literal["basic", "polly", "google"]

SAY_LIMITS: dict[Family, int] = {"basic": 4000, "polly": 3000, "google": 5000}
"""Characters that one Say may hold. Source: Twilio's text-to-speech page, limits of each provider."""

BASIC_VOICES = ("man", "woman")
_BASIC_LOCALES = ("en-US", "en-GB", "es-ES", "fr-FR", "de-DE")
_POLLY: dict[str, str] = {
    "Joanna": "en-US",
    "Matthew": "en-US",
    "Kendra": "en-US",
    "Salli": "en-US",
    "Joey": "en-US",
    "Ruth": "en-US",
    "Stephen": "en-US",
    "Danielle": "en-US",
    "Gregory": "en-US",
    "Amy": "en-GB",
    "Emma": "en-GB",
    "Brian": "en-GB",
    "Arthur": "en-GB",
    "Olivia": "en-AU",
    "Kajal": "en-IN",
    "Niamh": "en-IE",
    "Aria": "en-NZ",
    "Ayanda": "en-ZA",
    "Vicki": "de-DE",
    "Daniel": "de-DE",
    "Hannah": "de-AT",
    "Sabrina": "de-CH",
    "Lea": "fr-FR",
    "Remi": "fr-FR",
    "Gabrielle": "fr-CA",
    "Liam": "fr-CA",
    "Isabelle": "fr-BE",
    "Lucia": "es-ES",
    "Sergio": "es-ES",
    "Mia": "es-MX",
    "Andres": "es-MX",
    "Lupe": "es-US",
    "Pedro": "es-US",
    "Bianca": "it-IT",
    "Adriano": "it-IT",
    "Camila": "pt-BR",
    "Vitoria": "pt-BR",
    "Thiago": "pt-BR",
    "Ines": "pt-PT",
    "Laura": "nl-NL",
    "Lisa": "nl-BE",
    "Ola": "pl-PL",
    "Elin": "sv-SE",
    "Ida": "nb-NO",
    "Sofie": "da-DK",
    "Suvi": "fi-FI",
    "Burcu": "tr-TR",
    "Arlet": "ca-ES",
    "Takumi": "ja-JP",
    "Kazuha": "ja-JP",
    "Tomoko": "ja-JP",
    "Seoyeon": "ko-KR",
}  # fmt: skip -- a table reads better in rows
_POLLY_NAME = re.compile(r"Polly\.([A-Z][a-z]+)(-Neural|-Generative)?")
_GOOGLE_NAME = re.compile(
    r"Google\.([a-z]{2,3}-[A-Z]{2})-(?:(?:Standard|Wavenet|Neural2)-[A-Z]|Chirp3-HD-[A-Z][a-z]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    name: str
    locale: str

    @property
    def family(self) -> Family:
        if self.name in BASIC_VOICES:
            return "basic"
        return "polly" if self.name.startswith("Polly.") else "google"

    @property
    def reads_markup(self) -> bool:
        """Whether pauses and slow passages can be asked for; the basic voices read no markup."""
        return self.family != "basic"


def voice_of(name: str, *, locale: str) -> Voice:
    """Check that the voice exists and speaks *locale*.

    Raises ValueError, written for the operator, as "what; remedy".
    """
    spoken = _locales_of(name)
    if not spoken:
        known = [f"Polly.{each}-Neural" for each in _POLLY] + list(BASIC_VOICES)
        near = did_you_mean(name, known) or "Polly.Joanna-Neural"
        raise ValueError(f'there is no voice "{name}"; write for example {near}')
    if locale not in spoken:
        raise ValueError(
            f"voice {name} speaks {', '.join(spoken)}, not {locale}; choose another voice or locale"
        )
    return Voice(name=name, locale=locale)


def _locales_of(name: str) -> tuple[str, ...]:
    if name in BASIC_VOICES:
        return _BASIC_LOCALES
    if (polly := _POLLY_NAME.fullmatch(name)) and polly[1] in _POLLY:
        return (_POLLY[polly[1]],)
    if google := _GOOGLE_NAME.fullmatch(name):
        return (google[1],)
    return ()
