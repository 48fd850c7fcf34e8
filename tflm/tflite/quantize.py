"""Fewer bits for the weights of a .tflite file.

Three things stand between a converted step and a small file:

*   ai-edge-quantizer leaves the table of a GATHER alone but knows
    EMBEDDING_LOOKUP; so `lookup` rewrites the one to the other. A table that is
    tied to the softmax is then one tensor with one quantization, whatever its
    bits.
*   It leaves operation versions as they were. So `op_versions` raises them, as
    TensorFlow Lite's own op_version.cc does, and the runtime that the file
    needs beside them.
*   A tied table may be stored twice, which `deduplicate` mends.
"""

import math
from collections.abc import Iterator

from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import (
    content,
    deduplicate,
    fitted,
    lookup,
    op_versions,
    runtimes,
    verify,
)
from tflm.tflite.formats import DYNAMIC, Properties, known

_MOST_FLOAT_SHARE = 0.01  # of a quantized file, in one matrix


# Scales by channel need FULLY_CONNECTED 12 (2.17) and EMBEDDING_LOOKUP 4.
_BY_CHANNEL_RUNTIME = "2.18"
_SMALLER = (
    "FLOAT16",
    "BFLOAT16",
    "INT16",
    "INT8",
    "UINT8",
    *op_versions.PACKED,
)


def quantize(
    flatbuffer: bytes, file_format: str, runtime: str | None = None
) -> bytes:
    """Returns a float32 .tflite file with integer weights.

    Activations stay float32 outside and are quantized word by word inside the
    products (dynamic range), so nothing is calibrated. Biases stay float32.

    Args:
        flatbuffer: the file.
        file_format: "int8" or "int4" for all weights; "mixed" for 8-bit layers
            and 4-bit embedding tables. A table that is tied to the softmax is
            one tensor, so under "mixed" that softmax has 4 bits too. "fitted"
            for as many as each matrix needs, at most 8.
        runtime: the oldest TensorFlow Lite that must run the file, as in
            "2.16.1"; None for the current one. Before 2.18 there is one scale
            a matrix instead of one a row, and no 4-bit table.

    Raises:
        ValueError: the format is not one of these, not for that runtime, or the
            file is damaged, quantized already, sparse, has embeddings of an
            odd width where 4 bits are asked for, or holds a large constant
            that cannot be quantized.
    """
    wanted = _dynamic(file_format)
    model = verify.read(deduplicate.deduplicate_constants(flatbuffer))
    _check_float(model)
    _look_up_embeddings(model)
    _check_even_rows(model, wanted)
    by_channel = runtime is None or not runtimes.is_older(
        runtime, _BY_CHANNEL_RUNTIME
    )
    quantized = verify.read(_quantized(model, wanted, by_channel))
    op_versions.raise_all(quantized)
    _check_runtime(quantized, file_format, runtime)
    result = content.write(quantized)
    _check_no_large_floats(quantized, file_format, len(result))
    return result


def _dynamic(name: str) -> Properties:
    if name not in DYNAMIC:
        raise ValueError(
            f"no format of integer weights is {name!r}; choose one of "
            f"{', '.join(DYNAMIC)}"
        )
    return known(name)


def _quantized(
    model: schema.ModelT, wanted: Properties, by_channel: bool
) -> bytes:
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager

    names = qtyping.TFLOperationName
    scales = qtyping.QuantGranularity
    granularity = scales.CHANNELWISE if by_channel else scales.TENSORWISE
    recipe = recipe_manager.RecipeManager()
    recipe.add_dynamic_config(
        ".*", names.EMBEDDING_LOOKUP, wanted.tables, granularity
    )
    recipe.add_dynamic_config(
        ".*", names.FULLY_CONNECTED, wanted.layers, granularity
    )
    for scope in _tied_scopes(model):
        recipe.add_dynamic_config(
            scope, names.FULLY_CONNECTED, wanted.tables, granularity
        )
    for name, scope, bits in fitted.scopes(model) if wanted.fitted else ():
        recipe.add_dynamic_config(scope, names[name], bits, granularity)
    done = quantizer.Quantizer(
        bytearray(content.write(model)), recipe.get_quantization_recipe()
    ).quantize(enable_progress_bar=False, enable_progress_report=False)
    return bytes(done.quantized_model)


def _tied_scopes(model: schema.ModelT) -> Iterator[str]:
    """Yields patterns of the layers whose weights are embedding tables."""
    tables = {
        graph.tensors[op.inputs[1]].buffer
        for graph in model.subgraphs
        for op in content.ops(model, graph, "EMBEDDING_LOOKUP")
    }
    for graph in model.subgraphs:
        for op in content.ops(model, graph, "FULLY_CONNECTED"):
            if graph.tensors[op.inputs[1]].buffer in tables:
                yield fitted.scope(graph, op)


def _look_up_embeddings(model: schema.ModelT) -> None:
    for graph in model.subgraphs:
        for op in lookup.row_gathers(model, graph):
            lookup.rewrite(model, op, table=op.inputs[0])


def _check_float(model: schema.ModelT) -> None:
    for graph in model.subgraphs:
        for tensor in graph.tensors or []:
            if content.constant(model, tensor) is None:
                continue
            if tensor.sparsity:
                # Sparse int8 runs, and with XNNPACK its logits are wrong.
                raise ValueError(
                    "the .tflite file is sparse, which does not go with"
                    " integers; convert it dense or leave it float32"
                )
            dtype = content.type_name(tensor.type)
            if dtype in _SMALLER:
                raise ValueError(
                    f"the .tflite file has {dtype} weights already; quantize"
                    " the float32 file"
                )


def _check_even_rows(model: schema.ModelT, wanted: Properties) -> None:
    # EMBEDDING_LOOKUP reads rows from whole bytes: at an odd width it gives,
    # without an error, parts of two rows.
    for graph in model.subgraphs:
        for op in content.ops(model, graph, "EMBEDDING_LOOKUP"):
            table = graph.tensors[op.inputs[1]]
            width = math.prod(content.shape(table)[1:])
            if wanted.tables * width % 8:
                raise ValueError(
                    f"format {wanted.name} needs embeddings of an even width,"
                    f" not {width}; change the width or use int8"
                )


def _check_runtime(
    model: schema.ModelT, file_format: str, runtime: str | None
) -> None:
    needed = runtimes.needed(model)
    if runtime is not None and (
        needed == runtimes.UNKNOWN or runtimes.is_older(runtime, needed)
    ):
        raise ValueError(
            f"format {file_format} gives a file for TensorFlow Lite {needed} or"
            f" newer, not {runtime}; use int8 or a newer runtime"
        )


def _check_no_large_floats(
    model: schema.ModelT, file_format: str, size: int
) -> None:
    for graph in model.subgraphs:
        for tensor in graph.tensors or []:
            data, shape = content.constant(model, tensor), content.shape(tensor)
            dtype = content.type_name(tensor.type)
            if (
                data is None
                or dtype not in op_versions.FLOATS
                or _is_vector(shape)
            ):
                continue
            if len(data) > _MOST_FLOAT_SHARE * size:
                raise ValueError(
                    f"format {file_format} left {tensor.name.decode()!r}"
                    f" {shape} in {dtype}, {len(data)} of {size} bytes; write"
                    " its layer as a product with a constant matrix"
                )


def _is_vector(shape: list[int]) -> bool:
    # So are biases, which the kernels want in float32.
    return math.prod(shape) == max(shape, default=1)
