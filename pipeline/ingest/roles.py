"""The words that state a role by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.core.records import SpeakerRole

_WORDS: Mapping[SpeakerRole, str] = {
    SpeakerRole.THERAPIST: """therapist counsellor counselor clinician doctor psychologist coach interviewer helper supporter listener
        assistant psychotherapist psychiatrist t th dr""",
    SpeakerRole.CLIENT: "client patient seeker help-seeker user service-user participant p c cl pt",
    SpeakerRole.OTHER: "observer interpreter",
}
_ROLE_BY_WORD = {word: role for role, words in _WORDS.items() for word in words.split()}
_NUMBER = re.compile(r"(?<=[^\W\d])[ _-]*\d{1,5}$")
_ASIDE = re.compile(r"^(?P<stem>[^()]*)\((?P<aside>[^()]+)\)$")


def role_of_word(word: str) -> SpeakerRole | None:
    """Return the role that a word states by itself, or None.

    >>> role_of_word("Counsellor")
    <SpeakerRole.THERAPIST: 'therapist'>
    >>> role_of_word("Jane") is None
    True
    """
    return _ROLE_BY_WORD.get(re.sub(r"[\s_]+", "-", word.strip().rstrip(".:").casefold()))


def role_of_label(label: str) -> SpeakerRole | None:
    """Return the role that a speaker label states, or None.

    A number may follow (`P1`, `Client 2`) and the role may stand in brackets after a name (`Jane (client)`).
    """
    aside = _ASIDE.match(label.strip())
    parts = aside.group("stem", "aside") if aside else (label,)
    roles = (role_of_word(part) or role_of_word(_NUMBER.sub("", part.strip())) for part in parts)
    return next((role for role in roles if role is not None), None)
