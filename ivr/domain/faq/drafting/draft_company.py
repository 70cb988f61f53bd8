"""What an import cannot know from the document: names to be replaced, and pacing."""

COMPANY = """\
# yaml-language-server: $schema=company.schema.json
# Write your own values and drop each `example: true`; the line does not start in production before.
languages:
  en: {voice: Polly.Joanna-Neural, locale: en-US}
company:
  text: our company
  example: true
product:
  text: our product
  example: true
greeting:
  text: Thank you for calling.
  example: true
notices:
  voicemail:
    text: This is recorded and put into text. Leave no passwords or codes.
    example: true
"""

PACING = """\
# yaml-language-server: $schema=pacing.schema.json
choose_s: 6              # seconds of silence before we ask again
between_s: 2             # seconds to choose a message while the next person is about to be rung
message_s: 110           # seconds that a message may last
option_pause_ms: 600     # pause between two options, in thousandths of a second
silent_caller: goodbye   # who never presses a key while the line is closed: goodbye, or person (a message)
listens: false           # true: callers may also say the `words:` of an option
person_words: [agent, operator, person, representative, human]
"""
