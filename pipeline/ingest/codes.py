"""Every code that ingestion can say, with its severity, its meaning and the way out; the reference is generated from it."""

from __future__ import annotations

from enum import StrEnum

from pipeline.core.errors import InputError
from pipeline.core.records import IngestIssue, Severity


class IngestCode(StrEnum):
    """Name what stopped a session (`ING-0xx`, error) or was noticed while reading it (`ING-1xx`, info or warning)."""

    severity: Severity
    meaning: str
    way_out: str

    def __new__(cls, code: str, severity: Severity, meaning: str, way_out: str = "") -> IngestCode:
        """Make a member that is its code and knows what the code means."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.severity = severity
        member.meaning = meaning
        member.way_out = way_out
        return member

    # The file itself.
    MISSING = "ING-001", Severity.ERROR, "the file does not exist", "Check the path."
    NOT_A_FILE = "ING-002", Severity.ERROR, "this is not a regular file", "Give a transcript file."
    UNREADABLE = "ING-003", Severity.ERROR, "the file cannot be opened", "Check its permissions."
    EMPTY = "ING-004", Severity.ERROR, "the file is empty", "Export the transcript again."
    TOO_LARGE = "ING-005", Severity.ERROR, "the file is larger than the limit", "Split it, one session a file."
    BINARY = "ING-006", Severity.ERROR, "the file is not text and not a .docx", "Export the transcript as text, .docx, .vtt or .json."
    BROKEN_ENCODING = "ING-007", Severity.ERROR, "the text encoding is broken", "Save the file again as UTF-8."
    UNKNOWN_FORMAT = "ING-008", Severity.ERROR, "no reader knows this format", "See the list of formats in the documentation."
    SKIPPED_FILE = "ING-009", Severity.ERROR, "skipped: not a transcript format by its name", "Give the file itself to read it anyway."
    SKIPPED_HIDDEN = "ING-010", Severity.ERROR, "skipped: a hidden file or folder", "Give the file itself to read it anyway."
    SKIPPED_LINK = "ING-011", Severity.ERROR, "skipped: a link or a special file", "Give the file it stands for."
    SKIPPED_RESULT = "ING-013", Severity.ERROR, "skipped: a result of this tool", "Give transcripts, not results."
    EMPTY_FOLDER = "ING-012", Severity.ERROR, "the folder holds no files", "Give a folder with transcripts."

    # The format.
    BROKEN_JSON = "ING-020", Severity.ERROR, "the JSON is broken or cut off", "Export the file again."
    TOO_DEEP = "ING-021", Severity.ERROR, "the JSON is nested deeper than the limit", "Give a plain list of turns."
    NO_TURNS_FOUND = "ING-022", Severity.ERROR, "no list of turns was found", "Name the turns `turns`, each with `speaker` and `text`."
    NO_TEXT_COLUMN = "ING-023", Severity.ERROR, "no column holds the text", "Name it: --columns text=...,speaker=..."
    BROKEN_TABLE = "ING-024", Severity.ERROR, "the table cannot be read", "Export it again as CSV with a header row."
    BROKEN_CUES = "ING-025", Severity.ERROR, "the subtitles cannot be read", "Export them again as WebVTT or SRT."
    BROKEN_XML = "ING-026", Severity.ERROR, "the XML is broken", "Export the file again."
    DOCTYPE = "ING-027", Severity.ERROR, "the XML declares a document type, which is refused", "Export the file again without a DOCTYPE."
    BROKEN_DOCX = "ING-028", Severity.ERROR, "the .docx cannot be read", "Save it again in a word processor."
    ARCHIVE_LIMIT = "ING-029", Severity.ERROR, "the archive unpacks beyond the limits", "Save the document again, without attachments."
    BROKEN_TEXTGRID = "ING-030", Severity.ERROR, "the TextGrid cannot be read", "Save it again in Praat as text."
    BROKEN_CHAT = "ING-031", Severity.ERROR, "the CHAT file cannot be read", "Check it with CLAN."

    # The session.
    NO_SPEECH = "ING-040", Severity.ERROR, "the session holds no words", "Check the export."
    NO_SPEAKERS = "ING-041", Severity.ERROR, "no line says who is speaking", "Start each turn with a label such as `T:` or `C:`."
    ONE_SPEAKER = "ING-042", Severity.ERROR, "only one speaker was found", "Give a transcript of both parties."
    NO_CLIENT = "ING-043", Severity.ERROR, "no speaker is known to be the client", "Say who is who with --roles, e.g. 1=client,2=therapist."
    TOO_MANY_TURNS = "ING-044", Severity.ERROR, "the session has more turns than the limit", "Split it."
    TOO_LONG = "ING-045", Severity.ERROR, "the session or one of its turns is longer than the limit", "Split it."
    IDENTIFIERS = (
        "ING-046",
        Severity.ERROR,
        "identifiers may remain",
        "Replace them, e.g. by [NAME], or accept them with --allow-identifiers.",
    )

    # Noticed while reading.
    CP1252 = "ING-101", Severity.WARNING, "not UTF-8: read as Windows-1252"
    CHARACTERS_REMOVED = "ING-102", Severity.INFO, "control, zero-width or direction characters removed"
    EMPTY_DROPPED = "ING-103", Severity.INFO, "utterances without words left out"
    TURNS_MERGED = "ING-104", Severity.INFO, "utterances joined to the turn of the same speaker before them"
    HEADER_SKIPPED = "ING-105", Severity.INFO, "lines before the first speaker left out"
    LOOSE_TIMES = "ING-106", Severity.INFO, "lines with nothing but a time, taken as times and not as words"
    DOUBTFUL_LABELS = "ING-107", Severity.WARNING, "lines that look like a new speaker were kept as words of the turn before"
    BAD_TIMES = "ING-108", Severity.WARNING, "times that are negative, not finite or unreadable left out"
    TIMES_REVERSED = "ING-109", Severity.WARNING, "times that end before they start left out"
    CUES_LOST = "ING-110", Severity.WARNING, "malformed subtitle cues left out"
    SPEAKER_CARRIED = "ING-111", Severity.INFO, "cues without a speaker given to the speaker before them"
    NOTES_SKIPPED = "ING-112", Severity.INFO, "comments and style blocks left out"
    SYSTEM_SKIPPED = "ING-113", Severity.INFO, "system messages left out"
    ROWS_SKIPPED = "ING-114", Severity.WARNING, "rows or entries without text left out"
    DUPLICATE_KEYS = "ING-115", Severity.WARNING, "JSON objects with a repeated key: the last value was used"
    PARTS_SKIPPED = "ING-116", Severity.WARNING, "tracked changes, text boxes or notes of the document left out"
    TIERS_SKIPPED = "ING-117", Severity.INFO, "tiers or dependent lines that hold no speech left out"
    UNCERTAIN_WORDS = "ING-118", Severity.INFO, "passages marked as uncertain hearing kept as words"
    TURN_NUMBERS = "ING-119", Severity.INFO, "numbers in speaker labels taken as turn numbers"
    DUPLICATE_ID = "ING-120", Severity.WARNING, "the session's id occurs twice in the file: a number was added"
    ROLES_UNKNOWN = "ING-121", Severity.WARNING, "speakers without a role stay unscored"
    ROLE_MAP_UNUSED = "ING-122", Severity.WARNING, "entries of the role map match no speaker of the session"
    IDENTIFIERS_ALLOWED = "ING-123", Severity.WARNING, "identifiers may remain and were allowed"
    QUALITY = "ING-124", Severity.WARNING, "the transcript may not be a usable session"
    NUMBER_UNUSED = "ING-125", Severity.WARNING, "the session number of the index was not used: the file holds several sessions"

    def issue(self, *, count: int = 1, place: str = "", detail: str = "") -> IngestIssue:
        """Return this code as an issue of a transcript; `detail` adds counts or our own words, never the file's."""
        message = f"{self.meaning}: {detail}" if detail else self.meaning
        return IngestIssue(code=self.value, severity=self.severity, message=message, place=place, count=count)

    def error(self, *, place: str = "", detail: str = "", way_out: str = "") -> InputError:
        """Return this code as the error to raise; `detail` adds counts or our own words, never the file's."""
        problem = f"{self.meaning}: {detail}" if detail else self.meaning
        return InputError(self.value, problem, place=place, way_out=way_out or self.way_out)
