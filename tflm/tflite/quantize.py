"""Fewer bits for the weights of a .tflite file.

Three things stand between a converted step and a small file:

*   ai-edge-quantizer leaves the table of a GATHER alone but knows
    EMBEDDING_LOOKUP; so `lookup` rewrites the one to the other. A table that is
    tied to the softmax is then one tensor with one quantization, whatever its
    bits.
*   It leaves operation versions as they were. So `versions` sets them, as
    TensorFlow Lite's own op_version.cc does, and the runtime that the file
    needs beside them.
*   A tied table may be stored twice, which `share` mends.
"""

import dataclasses
import math
import re
from collections.abc import Iterator

from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import (
    content,
    deduplicate,
    lookup,
    op_versions,
    runtimes,
    verify,
)

MOST_FLOAT_SHARE = 0.01  # of a quantized file, in one matrix


@dataclasses.dataclass(frozen=True)
class Bits:
    """How many bits a weight takes, in layers and in embedding tables."""

    layers: int
    tables: int


RECIPES = {
    "int8": Bits(layers=8, tables=8),
    "int4": Bits(layers=4, tables=4),
    "mixed": Bits(layers=8, tables=4),
}

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
    flatbuffer: bytes, recipe: str, runtime: str | None = None
) -> bytes:
    """Returns a float32 .tflite file with integer weights.

    Activations stay float32 outside and are quantized word by word inside the
    products (dynamic range), so nothing is calibrated. Biases stay float32.

    Args:
        recipe: "int8" or "int4" for all weights; "mixed" for 8-bit layers and
            4-bit embedding tables. A table that is tied to the softmax is one
            tensor, so under "mixed" that softmax has 4 bits too.
        runtime: the oldest TensorFlow Lite that must run the file, as in
            "2.16.1"; None for the current one. Before 2.18 there is one scale
            a matrix instead of one a row, and no 4-bit table.

    Raises:
        ValueError: there is no such recipe, not for that runtime, or the file
            is damaged, quantized already, sparse, has embeddings of an odd
            width where 4 bits are asked for, or holds a large constant that
            cannot be quantized.
    """
    bits = _recipe(recipe)
    model = verify.read(deduplicate.deduplicate_constants(flatbuffer))
    _check_float(model)
    _look_up_embeddings(model)
    _check_even_rows(model, recipe)
    by_channel = runtime is None or not runtimes.is_older(
        runtime, _BY_CHANNEL_RUNTIME
    )
    quantized = verify.read(_quantized(model, bits, by_channel))
    op_versions.raise_all(quantized)
    _check_runtime(quantized, recipe, runtime)
    result = content.write(quantized)
    _check_no_large_floats(quantized, recipe, len(result))
    return result


def _recipe(name: str) -> Bits:
    if name not in RECIPES:
        raise ValueError(
            f"no quantization recipe {name!r}; choose one of {[*RECIPES]}"
        )
    return RECIPES[name]


def _quantized(model: schema.ModelT, bits: Bits, by_channel: bool) -> bytes:
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager

    names = qtyping.TFLOperationName
    scales = qtyping.QuantGranularity
    granularity = scales.CHANNELWISE if by_channel else scales.TENSORWISE
    plan = recipe_manager.RecipeManager()
    plan.add_dynamic_config(
        ".*", names.EMBEDDING_LOOKUP, bits.tables, granularity
    )
    plan.add_dynamic_config(
        ".*", names.FULLY_CONNECTED, bits.layers, granularity
    )
    for scope in _tied_scopes(model):
        plan.add_dynamic_config(
            scope, names.FULLY_CONNECTED, bits.tables, granularity
        )
    done = quantizer.Quantizer(
        bytearray(content.write(model)), plan.get_quantization_recipe()
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
                name = graph.tensors[op.outputs[0]].name.decode()
                yield f"^{re.escape(name)};$"


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


def _check_even_rows(model: schema.ModelT, recipe: str) -> None:
    # EMBEDDING_LOOKUP reads rows from whole bytes: at an odd width it gives,
    # without an error, parts of two rows.
    for graph in model.subgraphs:
        for op in content.ops(model, graph, "EMBEDDING_LOOKUP"):
            table = graph.tensors[op.inputs[1]]
            width = math.prod(content.shape(table)[1:])
            if RECIPES[recipe].tables * width % 8:
                raise ValueError(
                    f"recipe {recipe!r} needs embeddings of an even width, not"
                    f" {width}; change the width or use recipe 'int8'"
                )


def _check_runtime(
    model: schema.ModelT, recipe: str, runtime: str | None
) -> None:
    needed = runtimes.needed(model)
    if runtime is not None and (
        needed == runtimes.UNKNOWN or runtimes.is_older(runtime, needed)
    ):
        raise ValueError(
            f"recipe {recipe!r} gives a file for TensorFlow Lite {needed} or"
            f" newer, not {runtime}; use recipe 'int8' or a newer runtime"
        )


def _check_no_large_floats(
    model: schema.ModelT, recipe: str, size: int
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
            if len(data) > MOST_FLOAT_SHARE * size:
                raise ValueError(
                    f"recipe {recipe!r} left {tensor.name.decode()!r} {shape}"
                    f" in {dtype}, {len(data)} of {size} bytes; write its layer"
                    " as a product with a constant matrix"
                )


def _is_vector(shape: list[int]) -> bool:
    # So are biases, which the kernels want in float32.
    return math.prod(shape) == max(shape, default=1)
