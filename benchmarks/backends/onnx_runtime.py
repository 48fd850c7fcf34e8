"""The step in ONNX Runtime, float32 or with dynamic int8 weights."""

import dataclasses
import pathlib
import tempfile
from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from benchmarks.backends.weights import Layer, Weights
from tflm.latency.inputs import Details

FORMS = ("gemm", "lstm")
FORMATS = ("float32", "int8")
_OPSET, _IR = 17, 9


def convert(weights: Weights, form: str, file_format: str) -> "OnnxFile":
    """Returns an ONNX file of one step.

    Args:
        weights: of the model.
        form: `gemm`, a layer is a product of [x, h] and gates of plain ops;
            or `lstm`, it is the LSTM operator over a sequence of one.
        file_format: `float32`, or `int8`: weights by `quantize_dynamic`, signed
            and with one scale a matrix, which is faster than unsigned or
            than a scale a channel.
    """
    graph = _Graph(weights)
    x = graph.add("Gather", [graph.constant("table", weights.table), "token"])
    states = graph.split("state", weights.state_sizes)
    new_states = []
    for layer in weights.layers:
        own, states = states[:2], states[2:]
        x, c = {"gemm": _gemm_layer, "lstm": _lstm_layer}[form](
            graph, layer, x, *own
        )
        new_states += [x, c]
    graph.gemm(x, weights.softmax, weights.bias, "logits")
    graph.add("Concat", new_states, ["new_state"], axis=1)
    model = graph.model()
    if file_format == "int8":
        model = _quantized(model)
    return OnnxFile(model.SerializeToString(), weights)


def _gemm_layer(
    graph: "_Graph", layer: Layer, x: str, h: str, c: str
) -> tuple[str, str]:
    gates = graph.gemm(
        graph.add("Concat", [x, h], axis=1), layer.kernel.T, layer.bias
    )
    i, f, g, o = graph.split(gates, [layer.units] * 4)
    i, f, o = (graph.add("Sigmoid", [gate]) for gate in (i, f, o))
    new = graph.add("Mul", [i, graph.add("Tanh", [g])])
    c = graph.add("Add", [graph.add("Mul", [f, c]), new])
    return graph.add("Mul", [o, graph.add("Tanh", [c])]), c


def _lstm_layer(
    graph: "_Graph", layer: Layer, x: str, h: str, c: str
) -> tuple[str, str]:
    i, f, g, o = np.split(layer.kernel.T, 4)
    kernel = np.concatenate([i, o, f, g])[np.newaxis]  # [1, 4 units, ...]
    i, f, g, o = np.split(layer.bias, 4)
    bias = np.concatenate([i, o, f, g, np.zeros_like(layer.bias)])[np.newaxis]
    first = graph.constant("first", np.array([0]))
    x, h, c = (graph.add("Unsqueeze", [v, first]) for v in (x, h, c))
    weights = [kernel[:, :, : layer.inputs], kernel[:, :, layer.inputs :], bias]
    names = [graph.constant(f"{x}_{k}", w) for k, w in enumerate(weights)]
    outputs = ["", f"{x}_h", f"{x}_c"]
    graph.add("LSTM", [x, *names, "", h, c], outputs, hidden_size=layer.units)
    h, c = (graph.add("Squeeze", [v, first]) for v in outputs[1:])
    return h, c


class _Graph:
    """Nodes and constants, in the order in which they are added."""

    def __init__(self, weights: Weights):
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        value = np.ascontiguousarray(value)
        self.constants[name] = numpy_helper.from_array(value, name)
        return name

    def add(
        self,
        op: str,
        inputs: Sequence[str],
        outputs: Sequence[str] = (),
        **attributes,
    ) -> str:
        """Adds a node; returns the name of its first output."""
        outputs = list(outputs) or [f"{op.lower()}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(op, inputs, outputs, **attributes))
        return outputs[0]

    def split(self, x: str, sizes: Sequence[int]) -> list[str]:
        names = [f"{x}_part_{k}" for k in range(len(sizes))]
        constant = self.constant(f"{x}_sizes", np.array(sizes, np.int64))
        self.add("Split", [x, constant], names, axis=1)
        return names

    def gemm(
        self, x: str, kernel: np.ndarray, bias: np.ndarray, output: str = ""
    ) -> str:
        """Adds x kernel^T + bias; the kernel is [outputs, inputs]."""
        constants = [
            self.constant(f"{x}_kernel", kernel),
            self.constant(f"{x}_bias", bias),
        ]
        outputs = [output] if output else []
        return self.add("Gemm", [x, *constants], outputs, transB=1)

    def model(self) -> onnx.ModelProto:
        inputs, outputs = self.weights.forms
        outputs["new_state"] = outputs.pop("state")
        graph = helper.make_graph(
            self.nodes,
            "step",
            _declared(inputs),
            _declared(outputs),
            list(self.constants.values()),
        )
        opset = helper.make_opsetid("", _OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=_IR)


def _declared(forms: Details) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(
            name,
            helper.np_dtype_to_tensor_dtype(np.dtype(form["dtype"])),
            form["shape"],
        )
        for name, form in forms.items()
    ]


def _quantized(model: onnx.ModelProto) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory(prefix="tflm-") as directory:
        path = pathlib.Path(directory) / "model.onnx"
        quantize_dynamic(model, path, weight_type=QuantType.QInt8)
        return onnx.load(path)


@dataclasses.dataclass(frozen=True)
class OnnxFile:
    """A `Backend` of an ONNX file that `convert` made."""

    content: bytes
    weights: Weights

    def open(self, threads: int) -> "LoadedOnnx":
        """Loads it; see `Backend`."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            self.content, options, providers=["CPUExecutionProvider"]
        )
        return LoadedOnnx(session, self.weights)


class LoadedOnnx:
    """A `LoadedModel`; inputs and outputs are bound, so none is copied."""

    signature = None
    runtime = f"onnxruntime {onnxruntime.__version__}"

    def __init__(self, session: onnxruntime.InferenceSession, weights: Weights):
        self.inputs, self.outputs = weights.forms
        self._session = session
        self._binding = session.io_binding()
        self._values = {}
        for name, form in self.inputs.items():
            value = _value(form)
            self._binding.bind_ortvalue_input(name, value)
            self._values["in", name] = value
        for name, form in self.outputs.items():
            value = _value(form)
            bound = "new_state" if name == "state" else name
            self._binding.bind_ortvalue_output(bound, value)
            self._values["out", name] = value

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input; see `LoadedModel`."""
        self._values["in", name].update_inplace(value)

    def invoke(self) -> None:
        """Runs one step."""
        self._session.run_with_iobinding(self._binding)

    def read(self, name: str) -> np.ndarray:
        """Returns an output; see `LoadedModel`."""
        return self._values["out", name].numpy().copy()


def _value(form: dict) -> onnxruntime.OrtValue:
    zeros = np.zeros(form["shape"], form["dtype"])
    return onnxruntime.OrtValue.ortvalue_from_numpy(zeros)
