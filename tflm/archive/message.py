"""Single messages: so short that a header would be most of them."""

from typing import Any

from tflm.archive import modes
from tflm.archive.coding import Coding
from tflm.bundle.bundle import Bundle


class Messages:
    """Encodes messages, each by itself, for whoever has the same bundle.

    There is no header and no checksum: that the bundle is the same, and the
    kind of machine unless it is portable, is for both sides to agree on.

    Examples:
        >>> from tflm.archive.message import Messages
        >>> messages = Messages(bundle)
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

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same where messages are decoded."""
        return self._coding.fingerprint()

    def encode(self, message: bytes) -> bytes:
        """Returns a message in few bytes: at most one more than it has."""
        return self._coding.encode_message(message)

    def decode(self, content: bytes) -> bytes:
        """Returns the message.

        Raises:
            ValueError: no message was encoded like this.
        """
        return self._coding.decode_message(content)
