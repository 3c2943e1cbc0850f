"""What can go wrong at this end of a SIP2 line (local) and what the other end did wrong (remote)."""

from enum import StrEnum


class Sip2Error(Exception):
    """The root of all errors that ``sip2`` raises."""


class LocalProtocolError(Sip2Error):
    """This end was about to send what the protocol forbids; nothing was sent."""


class UnsendableValueError(LocalProtocolError, ValueError):
    """A value cannot travel: a delimiter, a control character, a wrong width or an identifier without its letters."""

    def __init__(self, field: str, reason: "Unsendable") -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        """The field's name in the message class."""
        self.reason = reason


class Unsendable(StrEnum):
    """Why a value cannot travel."""

    DELIMITER = "delimiter"
    CONTROL_CHARACTER = "control_character"
    NOT_IN_ENCODING = "not_in_encoding"
    """An identifier or a PIN has letters that the agreed encoding lacks; text is transliterated instead."""
    WRONG_WIDTH = "wrong_width"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    BAD_TAG = "bad_tag"
    """The id of an extension is not two letters or digits, or is AY or AZ."""


class MessageTooLongError(LocalProtocolError):
    """The encoded message is longer than any receiver could be asked to take."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} bytes, limit {limit}")
        self.length = length
        self.limit = limit


class WrongDirectionError(LocalProtocolError):
    """A terminal may send requests alone, a library system answers alone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Fault(StrEnum):
    """Why a received line is no message."""

    TOO_SHORT = "too_short"
    """Fewer than two characters of message code."""
    UNKNOWN_COMMAND = "unknown_command"
    TRUNCATED = "truncated"
    """The line ends inside the fixed fields."""
    BAD_FIXED_FIELD = "bad_fixed_field"
    """A verdict (ok, accepted) that is neither yes nor no."""
    MISSING_IDENTIFIER = "missing_identifier"
    """A request about a patron or an item that does not say which."""
    BAD_CHECKSUM = "bad_checksum"
    TOO_LONG = "too_long"
    CUT = "cut"
    """The line was closed in the middle of a message."""
    WRONG_DIRECTION = "wrong_direction"
    """A request came to a terminal, or an answer to a library system."""


class RemoteProtocolError(Sip2Error):
    """The other end sent a line that is no message."""

    def __init__(self, fault: Fault, field: str = "") -> None:
        super().__init__(f"{fault}: {field}" if field else str(fault))
        self.fault = fault
        self.field = field
        """The name of the field at fault, or the message code; empty where there is none."""


class Oddity(StrEnum):
    """What a message that could be read does against the protocol; tolerated, and named."""

    LEADING_NOISE = "leading_noise"
    UNDECODABLE = "undecodable"
    """Bytes that the agreed encoding does not know, now U+FFFD."""
    CONTROL_CHARACTER = "control_character"
    NO_LAST_DELIMITER = "no_last_delimiter"
    FIELD_WITHOUT_ID = "field_without_id"
    """A piece between delimiters that does not begin with two letters or digits; dropped."""
    REPEATED_FIELD = "repeated_field"
    """A field that may come once came again; the first is taken, the others are among the extensions."""
    MISSING_FIELD = "missing_field"
    LONG_FIELD = "long_field"
    LONG_MESSAGE = "long_message"
    BAD_DATE = "bad_date"
    BAD_FLAG = "bad_flag"
    BAD_NUMBER = "bad_number"
    BAD_STATUS = "bad_status"
    BAD_SUMMARY = "bad_summary"
    """More than one Y, or a Y in a place that asks for nothing."""
    BAD_SEQUENCE = "bad_sequence"
    SEQUENCE_WITHOUT_CHECKSUM = "sequence_without_checksum"
    LOWER_CASE_CHECKSUM = "lower_case_checksum"
    NOISE_AFTER_CHECKSUM = "noise_after_checksum"
    RENUMBERED = "renumbered"
    """A repeated answer carries another sequence number than the first one did (Koha)."""
