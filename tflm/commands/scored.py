"""The row of a file that `tflm evaluate` has scored."""


def row(opened, content, scores, corpus, record, **fields):
    """Returns what `tflm report` reads.

    Args:
        opened: what was scored.
        content: of its file.
        scores: of it, by their names.
        corpus: that it was scored on.
        record: what else its provenance tells, such as the split.
        **fields: of `stages.make_row`, that are others than those of `opened`.
    """
    from tflm.commands import options
    from tflm.experiment import stages
    from tflm.text.dataset import Origin

    origin = Origin(corpus.name, corpus.sha256())
    name = fields.pop("name", opened.name)
    return stages.make_row(
        *(name, content, scores, origin, options.own_command(), record),
        recipe=opened.recipe or opened.name,
        **fields,
    )
