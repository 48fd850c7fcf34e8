"""Damage: bytes, trees of JSON, and models of a .tflite file, one line each.

Everything is drawn from the generator that is given, so that a seed gives the
same damage again.
"""

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, verify

_VALUES: list[Any] = [
    *(None, True, -1, 0, 1, 2**31, 2**63, 10**30, 1.5, -0.0, 1e308),
    *("", "a", "\u0000", "../../x", "x" * 5000, "\ud800", "<eos>", "NaN"),
    *([], {}, [[]], [None], {"a": {}}, [0] * 5000, [[["a"] * 9] * 9] * 9),
]
_NUMBERS = (-(2**31), -1, 0, 1, 2, 7, 127, 2**16, 2**31 - 1)


def damaged(data: bytes, random: Random) -> bytes:
    """Returns bytes of which some are others, gone, or there twice."""
    made = bytearray(data)
    for _ in range(random.randint(1, 8)):
        place = random.randrange(len(made) + 1)
        end = place + random.choice((1, 1, 1, 4, 64))
        how = random.randrange(4)
        if how == 0:
            made[place:end] = random.randbytes(end - place)
        elif how == 1:
            del made[place:end]
        elif how == 2:
            made[place:place] = made[place:end]
        elif place < len(made):
            made[place] ^= 1 << random.randrange(8)
    return bytes(made[: random.randrange(len(made) + 1)] if how == 1 else made)


def other_json(text: bytes, random: Random) -> bytes:
    """Returns JSON of which some values or fields are others."""
    found = json.loads(text)
    if random.random() < 0.03:
        depth = random.choice((50, 1000, 100_000))
        return b"[" * depth + text + b"]" * depth
    for _ in range(random.randint(1, 3)):
        places = [*_places(found)]
        if not places:
            break
        parent, key = random.choice(places)
        value = copy.deepcopy(random.choice(_VALUES))
        if isinstance(parent, dict) and random.random() < 0.3:
            parent[random.choice(("a", "", str(key) + "_"))] = parent.pop(key)
        elif random.random() < 0.2:
            del parent[key]
        else:
            parent[key] = value
    return json.dumps(found).encode()


def _places(found: Any) -> Iterator[tuple[Any, Any]]:
    """Yields each container of a tree with each key of it."""
    if isinstance(found, dict | list):
        keys = found if isinstance(found, dict) else range(len(found))
        for key in keys:
            yield found, key
            yield from _places(found[key])


def other_model(flatbuffer: bytes, random: Random) -> bytes:
    """Returns a .tflite file that is one, with other numbers in it."""
    model = verify.read(flatbuffer)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        random.choice(_CHANGES)(model, random)
    return content.write(model)


def _some(items: Any, random: Random) -> Any:
    return random.choice(items) if items else None


def _operand(model: schema.ModelT, random: Random) -> None:
    graph = random.choice(model.subgraphs)
    operator = _some(graph.operators, random)
    _index(
        operator,
        random.choice(("inputs", "outputs")),
        len(graph.tensors),
        random,
    )


def _end(model: schema.ModelT, random: Random) -> None:
    graph = random.choice(model.subgraphs)
    _index(
        graph, random.choice(("inputs", "outputs")), len(graph.tensors), random
    )


def _index(holder: Any, field: str, count: int, random: Random) -> None:
    """Makes an operand another tensor, or gives one more or fewer."""
    found = [*map(int, getattr(holder, field))]
    how = random.randrange(4)
    if how == 0 and found:
        found.pop(random.randrange(len(found)))
    elif how == 1 or not found:
        found.append(random.randrange(count))
    else:
        found[random.randrange(len(found))] = random.randrange(-1, count)
    setattr(holder, field, np.array(found, np.int32))


def _signature(model: schema.ModelT, random: Random) -> None:
    signature = random.choice(model.signatureDefs)
    count = len(model.subgraphs[signature.subgraphIndex].tensors)
    place = random.choice(signature.inputs + signature.outputs)
    place.tensorIndex = random.randrange(count)


def _tensor(model: schema.ModelT, random: Random) -> None:
    tensor = random.choice(random.choice(model.subgraphs).tensors)
    how = random.randrange(4)
    if how == 0:
        tensor.type = random.randrange(20)
    elif how == 1:
        tensor.buffer = random.randrange(len(model.buffers))
    elif how == 2 and tensor.quantization:
        quantization = tensor.quantization
        size = random.choice((0, 1, 2, 60))
        number = random.choice(_NUMBERS)
        quantization.zeroPoint = np.full(size, number, np.int64)
        quantization.scale = np.full(
            random.choice((0, 1, 60)), random.choice((0, -1, 1e38)), np.float32
        )
        quantization.quantizedDimension = random.choice(_NUMBERS)
    else:
        shape = content.shape(tensor) or [1]
        shape[random.randrange(len(shape))] = random.choice(_NUMBERS)
        tensor.shape = np.array(shape, np.int32)


def _option(model: schema.ModelT, random: Random) -> None:
    operator = _some(random.choice(model.subgraphs).operators, random)
    fields = vars(operator.builtinOptions) if operator.builtinOptions else {}
    numbers = [name for name, value in fields.items() if type(value) is int]
    if numbers:
        number = random.choice(_NUMBERS[1:7])
        setattr(operator.builtinOptions, random.choice(numbers), number % 128)


def _code(model: schema.ModelT, random: Random) -> None:
    operator = _some(random.choice(model.subgraphs).operators, random)
    operator.opcodeIndex = random.randrange(len(model.operatorCodes))


def _kind(model: schema.ModelT, random: Random) -> None:
    code = random.choice(model.operatorCodes)
    code.builtinCode = random.choice([*content.OPS])
    code.deprecatedBuiltinCode = min(127, code.builtinCode)


def _order(model: schema.ModelT, random: Random) -> None:
    random.shuffle(random.choice(model.subgraphs).operators)


_CHANGES: tuple[Callable[[schema.ModelT, Random], None], ...] = (
    *(_operand, _operand, _end, _signature, _tensor, _tensor),
    *(_option, _code, _kind, _order),
)
