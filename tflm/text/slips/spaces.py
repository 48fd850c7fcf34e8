"""Spaces that were missed, or came too early."""

from collections.abc import Iterator

from tflm.text.slips.channel import Channel
from tflm.text.slips.keyboard import SPACE


def missed(typed: str, channel: Channel) -> Iterator[tuple[str, str, int]]:
    """Yields each two words that `typed` may be, and what that costs.

    The space is left out, or a letter above the space bar is in its place.
    """
    for place in range(1, len(typed)):
        yield typed[:place], typed[place:], channel.missed_space
        is_key = channel.keyboard.are_neighbours(typed[place], SPACE)
        if is_key and place + 1 < len(typed):
            yield typed[:place], typed[place + 1 :], channel.missed_key
