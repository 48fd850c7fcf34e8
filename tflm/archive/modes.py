"""What predicts an archive's text: the one place where that is chosen."""

from tflm.archive.predictor import Predictor
from tflm.bundle.bundle import Bundle

FILE, PORTABLE, BYTES = range(3)  # As the header has it.


def predictor(bundle: Bundle, mode: int, streams: int) -> Predictor:
    """Returns what predicts the words of a bundle.

    Raises:
        ValueError: the bundle cannot, or the mode is not known.
    """
    if bundle.tagging:
        raise ValueError(
            "the bundle is a tagger's, which predicts no text: "
            "give one of a language model"
        )
    if mode == FILE:
        from tflm.archive.file_predictor import FilePredictor

        return FilePredictor(bundle, streams)
    if mode == PORTABLE:
        from tflm.archive.portable_predictor import PortablePredictor

        return PortablePredictor(bundle, streams)
    if mode == BYTES:
        raise ValueError("was made without a bundle: give bytes instead of it")
    raise ValueError(f"no mode has the number {mode}: update the toolkit")
