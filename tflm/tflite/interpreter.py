"""A .tflite file as a function from a word and a state to logits and a state.

No file reaches the runtime before `verify` has gone over it.
"""

from collections.abc import Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from tflm import runtime
from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.flatbuffer.hidden_output import HIDDEN, STEP_HIDDEN

SIGNATURE = "step"


class Step:
    """A language model that reads one word at a time.

    `vocabulary_size` is V, `state_size` is S and `hidden_size` is W, all
    counted in numbers; W is 0 for a file that does not give what its softmax
    reads.
    """

    def __init__(self, interpreter: Interpreter):
        inputs, outputs = _step_tensors(interpreter)
        self._interpreter = interpreter
        self._invoke = interpreter.invoke
        self._set = interpreter.set_tensor
        self._get = interpreter.get_tensor
        self._token = np.zeros([1], np.int32)
        self._token_in, _ = _place("token", inputs, np.int32, ())
        self._state_in, self.state_size = _place("state", inputs)
        self._logits_out, self.vocabulary_size = _place("logits", outputs)
        self._state_out, _ = _place("state", outputs)
        self._hidden_out, self.hidden_size = 0, 0
        if HIDDEN in outputs:
            self._hidden_out, self.hidden_size = _place(HIDDEN, outputs)

    def initial_state(self) -> np.ndarray:
        """Returns the state before the first word: zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits, float32 [V], and the next state, float32 [1, S].

        Both are copies that stay valid after the next call.

        Raises:
            ValueError: `token` is not the id of a word, or `state` is not
                float32 [1, S].
        """
        if not 0 <= token < self.vocabulary_size:
            raise ValueError(
                f"no word has id {token}; ids are below {self.vocabulary_size}"
            )
        # Tensor indices and one array for all words: a signature runner costs
        # 10 to 15 microseconds more, which is half a small model's step.
        self._token[0] = token
        self._set(self._token_in, self._token)
        self._set(self._state_in, state)
        self._invoke()
        logits = self._get(self._logits_out).reshape(self.vocabulary_size)
        return logits, self._get(self._state_out)

    def read(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the same, and what the softmax read, float32 [W].

        Only a file with a `hidden_size` gives that.
        """
        logits, state = self(token, state)
        hidden = self._get(self._hidden_out).reshape(self.hidden_size)
        return logits, state, hidden


def load_step(
    flatbuffer: bytes, threads: int = 1, xnnpack: bool = True
) -> Step:
    """Returns the step function of a .tflite file, after `check_step`.

    The file is run in this process, which a foreign one may end: `tflm.probe`
    runs it once in another.

    Args:
        threads: How many threads one step may use.
        xnnpack: Whether the XNNPACK delegate may take operations over.

    Raises:
        ValueError: the file is damaged, is not a step, or needs operations
            that the runtime does not have.

    Examples:
        >>> step = tflm.load_step(content)
        >>> logits, state = step(words.eos, step.initial_state())
        >>> logits.shape, state.shape
        ((20,), (1, 44))
    """
    if check_step(flatbuffer) != 1:
        raise ValueError(
            "the .tflite file is a tagger's, which reads several ids a word: "
            "use it with tflm tag"
        )
    return Step(runtime.open_interpreter(flatbuffer, threads, xnnpack))


def open_interpreter(
    flatbuffer: bytes, threads: int = 1, xnnpack: bool = True
) -> Interpreter:
    """Returns an interpreter of any .tflite file, its tensors allocated.

    Raises:
        ValueError: the file is damaged or the runtime refuses it.
    """
    verify.check(flatbuffer)
    return runtime.open_interpreter(flatbuffer, threads, xnnpack)


def check_step(flatbuffer: bytes) -> int:
    """Returns how many ids a step reads: 1, or a tagger several.

    A step is a signature `step` of the first subgraph with inputs
    `token: int32[W]`, `state: float32[1, S]` and outputs
    `logits: float32[1, V]`, `state: float32[1, S]`.

    Raises:
        ValueError: the file is unsound or not one step.
    """
    model = verify.read(flatbuffer)
    signature = step_signature(model)
    tensors = model.subgraphs[0].tensors
    inputs = _named(signature.inputs, tensors)
    outputs = _named(signature.outputs, tensors)
    _check_names("inputs", inputs, ["state", "token"])
    _check_names("outputs", outputs, ["logits", "state"])
    ids = _last(inputs["token"])
    _check_form("token", inputs["token"], "INT32", [ids])
    size = _last(inputs["state"])
    _check_form("state", inputs["state"], "FLOAT32", [1, size])
    _check_form("state", outputs["state"], "FLOAT32", [1, size])
    logits = outputs["logits"]
    _check_form("logits", logits, "FLOAT32", [1, _last(logits)])
    return ids


def step_signature(model: schema.ModelT) -> schema.SignatureDefT:
    """Returns the signature of the first subgraph, which reads a word.

    Raises:
        ValueError: the file has none.
    """
    found = {content.text(s.signatureKey): s for s in model.signatureDefs or []}
    signature = found.get(SIGNATURE)
    if signature is None or signature.subgraphIndex:
        raise _no_step(f"its signatures are {sorted(found)}")
    return signature


def _step_tensors(interpreter: Interpreter) -> tuple[dict, dict]:
    offers_hidden = STEP_HIDDEN in interpreter.get_signature_list()
    runner = interpreter.get_signature_runner(
        STEP_HIDDEN if offers_hidden else SIGNATURE
    )
    return runner.get_input_details(), runner.get_output_details()


def _place(
    name: str,
    tensors: dict[str, dict],
    dtype: type = np.float32,
    rows: Sequence[int] = (1,),
) -> tuple[int, int]:
    """Returns the index and the width of a tensor as the runtime has it.

    The runtime has shapes of its own where operations tell them, and the
    signature with the hidden vector may name other tensors than `step`.
    """
    if name not in tensors:
        raise _no_step(f"{name!r} is missing")
    detail = tensors[name]
    *found, width = detail["shape"].tolist() or [0]
    if (found, detail["dtype"]) != ([*rows], dtype):
        has = f"{detail['dtype'].__name__} {detail['shape'].tolist()}"
        raise _no_step(f"{name!r} is {has} when it runs")
    return detail["index"], width


def _named(
    maps: list[schema.TensorMapT] | None, tensors: list[schema.TensorT]
) -> dict[str, schema.TensorT]:
    return {content.text(m.name): tensors[m.tensorIndex] for m in maps or []}


def _check_names(what: str, found: dict, expected: list[str]) -> None:
    if sorted(found) != expected:
        raise _no_step(f"its {what} are {sorted(found)}, not {expected}")


def _check_form(
    name: str, tensor: schema.TensorT, dtype: str, expected: list[int]
) -> None:
    found = f"{content.type_name(tensor.type)} {content.shape(tensor)}"
    if found != f"{dtype} {expected}":
        raise _no_step(f"{name!r} is {found}, not {dtype} {expected}")


def _last(tensor: schema.TensorT) -> int:
    return (content.shape(tensor) or [0])[-1]


def _no_step(problem: str) -> ValueError:
    return ValueError(
        f"the .tflite file has no signature {SIGNATURE!r} as it should be:"
        f" {problem}; name a file made by `tflm export`"
    )
