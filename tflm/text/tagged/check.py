"""Labels that may be slips: told, and read all the same."""

from tflm.text.splits import Split
from tflm.text.tagged import spans
from tflm.text.tagged.corpus import TaggedCorpus


def warnings(corpus: TaggedCorpus, split: Split) -> list[str]:
    """Returns a line for each kind of slip in the labels of `split`.

    An `I` (or `E`) that goes on with no span begins one, as conlleval counts.
    In IOB1 that is how spans begin: there `B` parts spans of one kind that
    touch, and a corpus in which it does nothing else is IOB1.

    Where there are spans, a label that is neither `O` nor a letter and a kind
    is a slip that makes all of them plain labels.

    Raises:
        ValueError: the split cannot be read.
    """
    unstarted: list[str] = []
    plain: dict[str, str] = {}  # Where each label was read first.
    letters: set[str] = set()
    is_iob1 = True
    for sentence, path, lines in corpus.located(split):
        before = spans.OUTSIDE
        for label, line in zip(sentence.labels, lines, strict=True):
            letter, kind = spans.parts(label)
            place = f"{path}, line {line}: {label!r}"
            if not spans.is_of_span(label):
                plain.setdefault(label, place)
            elif letter in ("I", "E") and spans.begins(before, label):
                unstarted.append(f"{place} after {before!r}")
            elif letter == "B":
                is_iob1 &= spans.parts(before)[1] == kind
            letters.add(letter)
            before = label
    found = []
    if unstarted and not (is_iob1 and letters <= {"O", "B", "I"}):
        found.append(
            f"{unstarted[0]} goes on with no span, and begins one; so do "
            f"{len(unstarted)} labels of {split}; write B- where a span begins"
        )
    if plain and {spans.OUTSIDE, "B"} <= letters:
        found.append(
            f"{[*plain.values()][0]} is no label of a span, and so none is "
            f"counted; write O, or B-, I-, E- or S- and a kind"
        )
    return found
