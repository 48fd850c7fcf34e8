"""Single messages: short enough that a header would be most of them."""

from tflm.archive import modes
from tflm.archive.coding import MOST_ALONE, Coding
from tflm.bundle.bundle import Bundle

_PLAIN = b"\xff"  # Before a message that no model helps with.


class Messages:
    """Encodes messages, each by itself, for whoever has the same bundle.

    There is no header and no checksum: the bundle and, unless it is portable,
    the kind of machine are as agreed (`fingerprint`).

    Examples:
        >>> messages = tflm.Messages(bundle)
        >>> messages.decode(messages.encode(b"see you there"))
        b'see you there'
    """

    def __init__(self, bundle: Bundle, portable: bool = False):
        """Opens a bundle.

        Raises:
            ValueError: it is a tagger's, or the coder is not installed.
        """
        mode = modes.PORTABLE if portable else modes.FILE
        self._coding = Coding(bundle, mode, 1)
        self.fingerprint = self._coding.fingerprint

    def encode(self, message: bytes) -> bytes:
        """Returns a message in few bytes: at most one more than it has."""
        coded = None
        if len(message) <= MOST_ALONE:
            coded = self._coding.encode_alone(message)
        if coded is None or len(coded) > len(message):
            return _PLAIN + message
        return coded

    def decode(self, content: bytes) -> bytes:
        """Returns the message.

        Raises:
            ValueError: no message was encoded like this.
        """
        if content.startswith(_PLAIN):
            return content.removeprefix(_PLAIN)
        return self._coding.decode_alone(content)
