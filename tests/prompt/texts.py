"""A text in one language, as tests need one."""

from ivr.prompt.speech import Language, Text, Words


def text_of(words: str, *, language: Language) -> Text:
    return Text(by_language={language: (Words(text=words),)})
