"""The row of a file that `tflm evaluate` has scored."""


def row(opened, content, scores, corpus, record, name="", latency=None):
    """Returns what `tflm report` reads.

    Args:
        opened: what was scored.
        content: of its file.
        scores: of it, by their names.
        corpus: that it was scored on.
        record: what else its provenance tells, such as the split.
        name: of the row, if it is not that of `opened`.
        latency: as of `stages.make_row`.
    """
    from tflm.commands import options
    from tflm.experiment import stages
    from tflm.text.dataset import Origin

    origin = Origin(corpus.name, corpus.sha256())
    return stages.make_row(
        name or opened.name,
        *(content, scores, origin, options.own_command(), record),
        recipe=opened.recipe or opened.name,
        latency=latency or {},
    )
