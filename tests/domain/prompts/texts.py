"""A text in one language, as tests need one."""

from ivr.domain.prompts.speech import Language, Text, Words


def text_of(words: str, *, language: Language) -> Text:
    return Text(by_language={language: (Words(text=words),)})
