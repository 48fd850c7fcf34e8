"""The net of a bundle as a predictor that is the same on every machine."""

import hashlib
from typing import Any

from tflm.archive.portable import predictor, read
from tflm.bundle.bundle import Bundle


class PortablePredictor(predictor.PortablePredictor):
    """Predicts by the weights of a bundle's .tflite file, in exact sums."""

    def __init__(self, bundle: Bundle, streams: int = 1):
        """Reads the file.

        Raises:
            ValueError: it is damaged, no step, or has an operation that
                portable arithmetic does not.
        """
        self._model = bundle.model
        program = read.read(bundle.model)
        super().__init__(program, streams, bundle.protocol.start)

    def fingerprint(self) -> dict[str, Any]:
        model = hashlib.sha256(self._model).hexdigest()[:16]
        return {"model": model} | super().fingerprint()
