"""Whether every offset of a flatbuffer stays inside it.

A verifier in the sense of https://flatbuffers.dev/internals: every offset,
vtable and vector lies inside the file.
"""

import struct

# What each slot of a table holds, in the order of schema.fbs of TensorFlow
# Lite: a scalar of so many bytes, text, another table, or [a vector of these].
_TABLES = {
    "Model": "4 [OperatorCode] [SubGraph] text [Buffer] [4] [Metadata]"
    " [SignatureDef]",
    "OperatorCode": "1 text 4 4",
    "SubGraph": "[Tensor] [4] [4] [Operator] text 4",
    "Tensor": "[4] 1 4 text Quantization 1 Sparsity [4] 1 [Variant] 4",
    "Quantization": "[4] [4] [4] [8] 1 Union 4",
    "Sparsity": "[4] [4] [Dimension]",
    "Dimension": "1 4 1 Union 1 Union",
    "Variant": "[4] 1 1",
    "Operator": "4 [4] [4] 1 Union [1] 1 [1] [4] 8 8 1 Union 4",
    "Buffer": "[1] 8 8",
    "Metadata": "text 4",
    "SignatureDef": "[TensorMap] [TensorMap] text text 4",
    "TensorMap": "text 4",
    "Union": "",  # Its content is read, with bounds, by the generated schema.
    # Of metadata_schema.fbs, which is a flatbuffer inside the file.
    "ModelMetadata": "text text text [SubGraphMetadata] text text"
    " [AssociatedFile] text",
    "SubGraphMetadata": "text text [TensorMetadata] [TensorMetadata]"
    " [AssociatedFile]",
    "TensorMetadata": "text text [text] Union [Union] Union [AssociatedFile]",
    "AssociatedFile": "text text 1 text text",
}
_MOST_REUSE = 8  # How often the bytes may be pointed to; writers need 1.


def check(flatbuffer: bytes, root: str = "Model") -> None:
    """Follows every offset from the root of a .tflite file.

    Args:
        flatbuffer: the file, or another flatbuffer.
        root: the kind of its root table.

    Raises:
        ValueError: one leads out of the file, or parts overlap.
    """
    (position,) = struct.unpack_from("<I", flatbuffer)
    _Verifier(flatbuffer).table(position, root)


class _Verifier:
    """Follows every offset of a flatbuffer and refuses those that lead out."""

    def __init__(self, flatbuffer: bytes):
        self._bytes = flatbuffer
        self._budget = _MOST_REUSE * len(flatbuffer)

    def table(self, position: int, name: str) -> None:
        (back,) = self._read("<i", position)
        vtable = position - back
        vtable_size, table_size = self._read("<HH", vtable)
        self._span(vtable, vtable_size)
        self._span(position, table_size)
        # Newer schemas have more slots than ours, older files have fewer.
        slots = range(vtable + 4, vtable + vtable_size - 1, 2)
        for slot, kind in zip(slots, _TABLES[name].split(), strict=False):
            (offset,) = self._read("<H", slot)
            if not offset:
                continue  # The field has its default value.
            if offset + (int(kind) if kind.isdigit() else 4) > table_size:
                raise ValueError(f"a field leaves its {name}")
            self._field(position + offset, kind)

    def _field(self, position: int, kind: str) -> None:
        if kind.isdigit():
            return
        (offset,) = self._read("<I", position)
        if kind == "text":
            # C++ reads up to the zero byte behind it.
            self._vector(position + offset, 1, end=1)
        elif kind.startswith("["):
            self._fields(position + offset, kind.strip("[]"))
        else:
            self.table(position + offset, kind)

    def _fields(self, position: int, kind: str) -> None:
        if kind.isdigit():
            self._vector(position, int(kind))
        else:
            for i in range(self._vector(position, 4)):
                self._field(position + 4 + 4 * i, kind)

    def _vector(self, position: int, item: int, end: int = 0) -> int:
        (length,) = self._read("<I", position)
        self._span(position, 4 + length * item + end)
        return length

    def _read(self, form: str, position: int) -> tuple[int, ...]:
        # Python would count a negative position from the end.
        if not 0 <= position <= len(self._bytes) - struct.calcsize(form):
            raise ValueError(f"an offset leads to byte {position}")
        return struct.unpack_from(form, self._bytes, position)

    def _span(self, position: int, size: int) -> None:
        self._budget -= size
        if position + size > len(self._bytes):
            raise ValueError(f"{size} bytes at {position} leave the file")
        if self._budget < 0:
            raise ValueError("its parts overlap")
