"""The layers of Keras that a language model may have, by what they are."""

from collections.abc import Sequence

DROPPED = (  # They do nothing when a model predicts.
    "InputLayer",
    "Dropout",
    "SpatialDropout1D",
    "GaussianDropout",
    "GaussianNoise",
    "AlphaDropout",
    "ActivityRegularization",
)
CELLS = ("LSTM", "GRU", "SimpleRNN")
NORMALIZATIONS = (
    "LayerNormalization",
    "RMSNormalization",
    "BatchNormalization",
)
WITHOUT_MASK = ("RMSNormalization",)  # What comes after reads padding, too.
ACTIVATIONS = ("Activation", "Softmax", "ReLU", "LeakyReLU", "ELU")
KNOWN = (
    "Embedding",
    *CELLS,
    "Dense",
    *NORMALIZATIONS,
    *ACTIVATIONS,
    *DROPPED,
)

_REASONS = {
    "Bidirectional": (
        "it reads the words after, too, and who types has none of those; "
        "train with the layer inside of it alone"
    ),
    "ClusterWeights": "call tfmot's strip_clustering before",
    "Lambda": "it is code, and no code of a model is run",
    "Masking": "give the Embedding mask_zero=True instead",
    "QuantizeWrapperV2": "give the model as it was before quantize_apply",
}


def check(kind: str) -> None:
    """Raises a ValueError if no language model of ours has such a layer."""
    if kind not in KNOWN:
        why = _REASONS.get(kind, f"a model may have {', '.join(KNOWN)}")
        raise ValueError(f"layer {kind} is not supported: {why}")


def check_chain(kinds: Sequence[str]) -> None:
    """Raises a ValueError unless such layers in a row are a language model."""
    kinds = [kind for kind in kinds if kind not in DROPPED]
    own = [k for k in kinds if k not in (*ACTIVATIONS, *NORMALIZATIONS)]
    if len(own) < 2 or kinds[0] != "Embedding" or own[-1] != "Dense":
        raise ValueError(
            f"the model is {', '.join(kinds) or 'empty'}: it must begin with "
            f"an Embedding and end with a Dense layer over the vocabulary"
        )
    if "Embedding" in kinds[1:]:
        raise ValueError(
            f"the model is {', '.join(kinds)}: it may have one Embedding"
        )
    if not any(kind in CELLS for kind in kinds):
        raise ValueError(
            f"no layer is recurrent: one of them must be {', '.join(CELLS)}"
        )
