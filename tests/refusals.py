"""What is said to someone whose input is refused."""

import pytest


def refusal(function, *arguments, **fields) -> str:
    """Returns the message of the ValueError, which is one line."""
    with pytest.raises(ValueError) as error:
        function(*arguments, **fields)
    assert "\n" not in str(error.value)
    return str(error.value)
