"""What is inside a .tflite file, as a table for people."""

import dataclasses

from tflm.tflite.inspect import Inspection, Signature, TensorSpec


def text(inspection: Inspection) -> str:
    """Returns an inspection as a table for people."""
    blocks = [
        [f"{inspection.bytes:,} bytes", _runtime_text(inspection)],
        _metadata_text(inspection),
        *(_signature_text(s) for s in inspection.signatures),
        _table(
            ("operation", "version", "count", "runtime"),
            [dataclasses.astuple(o) for o in inspection.operations],
        ),
        _table(
            ("weights", "tensors", "elements", "bytes"),
            [dataclasses.astuple(w) for w in inspection.weights],
        ),
        _notes(inspection),
        _table(
            ("sparse tensor", "elements", "zeros", "sparse bytes"),
            [
                (
                    s.name,
                    s.elements,
                    f"{s.zero_share:.1%}",
                    "-" if s.sparse_bytes is None else s.sparse_bytes,
                )
                for s in inspection.sparsity
                if s.zero_share >= 0.1
            ],
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _runtime_text(inspection: Inspection) -> str:
    declared = inspection.declared_runtime or "nothing"
    return (
        f"needs TensorFlow Lite {inspection.runtime} or newer"
        f" (the file says {declared})"
    )


def _metadata_text(inspection: Inspection) -> list[str]:
    """Returns what the file says of itself; empty where that is nothing."""
    said = inspection.metadata
    if said is None:
        return []
    tensors = [("in", x) for x in said.inputs]
    tensors += [("out", x) for x in said.outputs]
    files = inspection.archived.items()
    return [
        f"metadata: {said.name}",
        f"  {said.description}",
        *[f"  licence: {said.licence}"] * bool(said.licence),
        *(f"  {way:4} {x.name}: {x.description}" for way, x in tensors),
        *(f"  file {name}, {size:,} bytes" for name, size in files),
    ]


def _signature_text(signature: Signature) -> list[str]:
    return [
        f"signature {signature.name}",
        *(f"  in   {_spec_text(spec)}" for spec in signature.inputs),
        *(f"  out  {_spec_text(spec)}" for spec in signature.outputs),
    ]


def _spec_text(spec: TensorSpec) -> str:
    return f"{spec.name}: {spec.dtype} {list(spec.shape)}"


def _notes(inspection: Inspection) -> list[str]:
    lines = [f"stored more than once: {inspection.repeated_bytes:,} bytes"]
    if inspection.zero_share is not None:
        lines.append(f"zeros among the weights: {inspection.zero_share:.1%}")
    counted = inspection.micronet
    lines.append(
        f"MicroNet score: {counted.score:.4f} ({counted.parameters:,.0f}"
        f" parameters, {counted.operations:,.0f} operations of 32 bits)"
    )
    if inspection.custom_operations:
        names = ", ".join(inspection.custom_operations)
        lines.append(f"custom operations: {names}")
    return lines


def _table(header: tuple[str, ...], rows: list[tuple]) -> list[str]:
    if not rows:
        return []
    cells = [header, *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _cell(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value
