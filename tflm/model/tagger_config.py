"""The shape of a tagger."""

import dataclasses
from typing import TYPE_CHECKING, Literal, get_args

from tflm.model.config import NORMALIZATIONS, LayerConfig, ModelConfig
from tflm.text.tagged.reading import Reading

if TYPE_CHECKING:  # It imports NumPy, and --help lists presets.
    from tflm.text.tagged.lexicon import Lexicon

Direction = Literal["forward", "backward", "both"]


@dataclasses.dataclass(frozen=True)
class TaggerConfig(ModelConfig):
    """The shape of a net that labels words, and the dropout it is trained with.

    It reads a window of words and the labels that it gave before (Dinarelli
    and Tellier 2016, arXiv 1606.02555; Dupont et al. 2017, arXiv 1706.01740):

        I_t = [E_w(w_{t-d}) ... E_w(w_{t+d})]
        L_t = [E_l(y_{t-c}) ... E_l(y_{t-1})]
        h_t = layers([I_t; L_t]);  y_t = softmax(O h_t + o)

    The papers' net is one dense layer (`relu`), or more in its deep form.
    Jordan's net is that with `previous=1, label_size=0`; without `previous`,
    a recurrent layer is Elman's (`rnn`) or an LSTM's tagger.

    Attributes:
        labels: how many there are.
        window: d, words read on each side of the one to label.
        previous: c, labels fed back; 0 for none.
        label_size: width of a label's vector; 0 for one number a label.
        suffixes: how many endings of words are told apart, which say something
            of words that the vocabulary lacks; 0 for none.
        suffix_size: width of an ending's vector.
        direction: `forward`; `backward`, from the last word to the first; or
            `both`, two nets with the same tables, the first half of `layers`
            and the second, whose geometric mean labels.
        vocabulary_size: how many words it reads.
        layers: from the window to the softmax; none has to be recurrent.
        input_dropout: share of what the first layer reads set to zero, apart
            for each word; `output_dropout` likewise.

    Raises:
        ValueError: a size is negative, or layers do not part into two halves.

    Examples:
        >>> shape = tflm.TaggerConfig(embedding_size=16, suffix_size=4)
        >>> tagger = tflm.build_model(shape.fitting(labelled.lexicon))
    """

    embedding_size: int = 60
    layers: tuple[LayerConfig, ...] = (
        LayerConfig("dense", 128, activation="relu"),
    )
    tied: bool = False
    labels: int = 2
    window: int = 3
    previous: int = 5
    label_size: int = 30
    suffixes: int = 0
    suffix_size: int = 0
    direction: Direction = "forward"

    def __post_init__(self):
        for name in ("window", "previous", "label_size", "suffixes"):
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise ValueError(
                    f"{name} must be a whole number from 0, got {value!r}"
                )
        if self.labels < 2:
            raise ValueError(f"a tagger needs two labels, got {self.labels}")
        if self.suffixes and self.suffix_size < 1:
            raise ValueError(
                f"suffix_size must be above 0 where there are suffixes, got "
                f"{self.suffix_size}"
            )
        if self.direction not in get_args(Direction):
            raise ValueError(
                f"direction {self.direction!r} is unknown: "
                f"give one of {', '.join(get_args(Direction))}"
            )
        if self.word_dropout:
            raise ValueError(
                "a tagger has no word_dropout: its training has word_noise"
            )
        if self.tied or self.hierarchical:
            raise ValueError("the softmax of a tagger has a table of its own")
        super().__post_init__()

    def _check_layers(self) -> None:
        if self.direction == "both" and len(self.layers) % 2:
            raise ValueError(
                f"a tagger of both directions has as many layers for each, "
                f"got {len(self.layers)} together"
            )
        for stack in self.stacks:
            if not stack:
                raise ValueError("a tagger needs a layer")
            first = self.layers[stack[0]]
            if first.kind in NORMALIZATIONS:
                raise ValueError(
                    f"the first layer of a tagger is a {first.kind}: give one "
                    f"with a matrix"
                )
            self._check_widths(stack, self.input_width)

    def fitting(self, lexicon: "Lexicon") -> "TaggerConfig":
        """Returns it with as many words, suffixes and labels as a lexicon."""
        return dataclasses.replace(
            self,
            vocabulary_size=len(lexicon.words),
            labels=len(lexicon.labels),
            suffixes=len(lexicon.suffixes) if lexicon.suffixes else 0,
        )

    @property
    def is_stock(self) -> bool:
        """Whether stock Keras has such a model: none that feeds labels back."""
        return False

    @property
    def outputs(self) -> int:
        """Width of what the softmax reads."""
        return self.layers[self.stacks[0][-1]].outputs

    @property
    def stacks(self) -> list[range]:
        """The numbers of the layers of each direction."""
        count = len(self.layers)
        if self.direction != "both":
            return [range(count)]
        return [range(count // 2), range(count // 2, count)]

    @property
    def directions(self) -> tuple[str, ...]:
        """In which it reads; of both, forward is the first."""
        if self.direction == "both":
            return ("forward", "backward")
        return (self.direction,)

    @property
    def reading(self) -> Reading:
        """How it reads a sentence."""
        return Reading(self.window, self.previous, self.directions)

    @property
    def places(self) -> int:
        """Words of a window."""
        return 2 * self.window + 1

    @property
    def tokens(self) -> int:
        """Ids that it reads for each word: of words, then of suffixes."""
        return self.places * (2 if self.suffixes else 1)

    @property
    def label_width(self) -> int:
        """Width of what the first layer reads of one label."""
        return self.label_size or self.labels

    @property
    def input_width(self) -> int:
        """Width of what the first layer reads."""
        of_word = self.embedding_size + bool(self.suffixes) * self.suffix_size
        return self.places * of_word + self.previous * self.label_width

    def tables(self) -> dict[str, tuple[int, int]]:
        """Returns (rows, width) of each table that is looked up."""
        found = {"embedding": (self.vocabulary_size, self.embedding_size)}
        if self.suffixes:
            found["suffixes"] = (self.suffixes, self.suffix_size)
        if self.previous and self.label_size:
            # One more than labels, for none yet, as at the first word.
            found["labels"] = (self.labels + 1, self.label_size)
        return found

    def softmaxes(self) -> dict[str, tuple[int, int]]:
        """Returns (labels, width) of the softmax of each direction."""
        return {
            name: (self.labels, self.layers[stack[-1]].outputs)
            for name, stack in zip(
                self._softmax_names, self.stacks, strict=True
            )
        }

    @property
    def _softmax_names(self) -> list[str]:
        return ["softmax", "softmax_backward"][: len(self.stacks)]
