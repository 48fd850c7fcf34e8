"""The program in a .tflite file."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.archive.portable.program import Constant, Operation, Program
from tflm.tflite.flatbuffer import constants, content, sparse_encoding, verify
from tflm.tflite.interpreter import check_step, step_signature

_WHOLE = {"INT32": np.int32, "INT64": np.int64, "BOOL": np.bool_}
_REAL = ("FLOAT32", "FLOAT16")
_QUANTIZED = ("INT8", "INT4", "INT2")


def read(flatbuffer: bytes) -> Program:
    """Returns the step of a .tflite file.

    Raises:
        ValueError: the file is damaged, holds no step of one word, or stores
            numbers in a way that is not known here.
    """
    if check_step(flatbuffer) != 1:
        raise ValueError(
            "the .tflite file is a tagger's, which predicts no next word: name "
            "a language model's"
        )
    model = verify.read(flatbuffer)
    graph, signature = model.subgraphs[0], step_signature(model)
    inputs = {content.text(m.name): m.tensorIndex for m in signature.inputs}
    outputs = {content.text(m.name): m.tensorIndex for m in signature.outputs}
    return Program(
        operations=tuple(
            _operation(model, graph, op) for op in graph.operators
        ),
        constants=_constants(model, graph),
        token=inputs["token"],
        state=inputs["state"],
        logits=outputs["logits"],
        next_state=outputs["state"],
        vocabulary_size=content.shape(graph.tensors[outputs["logits"]])[1],
        state_size=content.shape(graph.tensors[inputs["state"]])[1],
    )


def _operation(
    model: schema.ModelT, graph: schema.SubGraphT, op: schema.OperatorT
) -> Operation:
    options = {} if op.builtinOptions is None else vars(op.builtinOptions)
    shapes = [content.shape(graph.tensors[i]) for i in op.outputs]
    return Operation(
        content.own_name(model.operatorCodes[op.opcodeIndex]),
        tuple(map(int, op.inputs)),
        tuple(map(int, op.outputs)),
        tuple(map(tuple, shapes)),
        {k: int(v) for k, v in options.items() if isinstance(v, int)},
    )


def _constants(
    model: schema.ModelT, graph: schema.SubGraphT
) -> dict[int, Constant]:
    found = {}
    for i, tensor in enumerate(graph.tensors):
        data = content.constant(model, tensor)
        if data is not None:
            found[i] = _constant(tensor, data)
    for op in content.ops(model, graph, "DEQUANTIZE"):  # As of float16 files.
        if op.inputs[0] in found:
            found[op.outputs[0]] = found[op.inputs[0]]
    return found


def _constant(tensor: schema.TensorT, data: np.ndarray) -> Constant:
    kind, shape = content.type_name(tensor.type), content.shape(tensor)
    if tensor.sparsity is not None:
        values = constants.values(tensor, data)
        return Constant(sparse_encoding.decode(shape, tensor.sparsity, values))
    if kind in _REAL:
        return Constant(constants.values(tensor, data).reshape(shape))
    scales = _scales(tensor)
    if kind in _WHOLE:
        numbers = np.frombuffer(data.tobytes(), _WHOLE[kind]).astype(np.int64)
        return Constant(numbers.reshape(shape), scales)
    if kind in _QUANTIZED and scales is not None:
        numbers = constants.signed_values(tensor, data)
        return Constant(numbers.reshape(shape), scales)
    raise ValueError(
        f"portable arithmetic reads no {kind} constants, as is "
        f"{content.text(tensor.name)}: export it as int8"
    )


def _scales(tensor: schema.TensorT) -> np.ndarray | None:
    if not content.scales(tensor):
        return None
    if len(tensor.quantization.scale) > 1 and (
        tensor.quantization.quantizedDimension
    ):
        raise ValueError(
            f"portable arithmetic reads scales of rows alone, and "
            f"{content.text(tensor.name)} has them of columns: export it as "
            f"int8"
        )
    return np.asarray(tensor.quantization.scale, np.float64)
