"""Who may import whom in tflm: the one table, in the order of the data's way.

`BUILD` makes its targets of it and `tests/architecture_test.py` holds every
import against it. A part is a folder or a file of tflm/; what it may import
besides itself stands after it.
"""

MAY_IMPORT = {
    "console": [],
    "files": [],
    "directories": ["files"],
    "packages": [],
    "runtime": ["files"],
    "text": ["files"],
    "layers": ["files"],
    "model": ["files", "layers", "text"],
    "evaluation": ["files", "text"],
    "scale": ["evaluation", "files", "text"],
    "training": ["evaluation", "files", "model", "text"],
    "compression": ["files", "layers", "model"],
    "tflite": ["files", "model", "runtime"],
    "bundle": ["directories", "evaluation", "files", "text", "tflite"],
    "archive": ["bundle", "files", "text", "tflite"],
    "containers": ["directories", "files", "model", "text", "tflite"],
    "latency": ["files", "runtime"],
    "emulator": ["files"],
    "device": ["emulator", "files", "latency", "tflite"],
    "play": ["bundle", "files", "text"],
    "hub": ["bundle", "directories", "files"],
    "report": ["files", "latency", "packages"],
    "tracking": ["files"],
    "doctor": ["files", "packages"],
}

# What runs the whole way, over all of these.
MAY_IMPORT["experiment"] = sorted(MAY_IMPORT)
MAY_IMPORT["search"] = sorted(MAY_IMPORT)
MAY_IMPORT["commands"] = sorted(MAY_IMPORT)
MAY_IMPORT["cli"] = ["commands", "console", "directories", "files"]
