"""Upper and lower case, where a language has them in a way of its own."""

_DOTTED = ("az", "tr")  # They write i with a dot in both cases, or in neither.


def lower(text: str, locale: str = "") -> str:
    """Returns `text` in lower case.

    Args:
        text: in Unicode form NFC.
        locale: BCP 47 tag. In Turkish and Azerbaijani I is the capital of
            ı, and İ that of i; other languages go by Unicode's rules.
    """
    if _has_dotted(locale):
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower()


def capitalize(word: str, locale: str = "") -> str:
    """Returns `word` with a capital in front, the rest as it is."""
    if _has_dotted(locale) and word.startswith("i"):
        return f"İ{word[1:]}"
    return word[:1].upper() + word[1:]


def _has_dotted(locale: str) -> bool:
    return locale.partition("-")[0].lower() in _DOTTED
