"""The tasks by name, and which of them a model is for."""

from tflm.experiment.tasks.language_modelling import LanguageModelling
from tflm.experiment.tasks.tagging import Tagging
from tflm.experiment.tasks.task import Task
from tflm.model.config import ModelConfig
from tflm.model.tagger_config import TaggerConfig

TASKS: dict[str, Task] = {
    task.name: task for task in (LanguageModelling(), Tagging())
}


def task_of(config: ModelConfig) -> Task:
    """Returns the task that a model of this shape is for."""
    return TASKS["tag" if isinstance(config, TaggerConfig) else "predict"]
