"""Who may import whom in tflm: the one table, in the order of the data's way.

`BUILD` makes its targets of it and `tests/architecture_test.py` holds every
import against it. A part is a folder or a file of tflm/; what it may import
besides itself stands after it.
"""

MAY_IMPORT = {
    "console": [],
    "temporary": [],
    "files": ["temporary"],
    "json_files": ["files"],
    "directories": ["files", "json_files", "temporary"],
    "packages": [],
    "arrays": ["files"],
    "runtime": ["files"],
    "limited": [],
    "probing": ["limited", "runtime"],
    "text": ["files", "json_files"],
    "layers": ["files"],
    "model": ["arrays", "files", "json_files", "layers", "limited", "text"],
    "evaluation": ["files", "text"],
    "scale": ["evaluation", "files", "temporary", "text"],
    "training": [
        "arrays",
        "evaluation",
        "files",
        "json_files",
        "layers",
        "model",
        "text",
    ],
    "compression": ["files", "layers", "model"],
    "tflite": ["files", "model", "runtime", "temporary"],
    "bundle": [
        "directories",
        "evaluation",
        "files",
        "json_files",
        "text",
        "tflite",
    ],
    "archive": ["bundle", "files", "json_files", "text", "tflite"],
    "containers": ["directories", "files", "model", "text", "tflite"],
    "latency": ["files", "json_files", "probing", "runtime"],
    "emulator": ["files"],
    "device": [
        "emulator",
        "files",
        "json_files",
        "latency",
        "temporary",
        "tflite",
    ],
    "play": ["bundle", "files", "temporary", "text", "tflite"],
    "hub": ["bundle", "directories", "files", "probing"],
    "report": ["files", "json_files", "latency", "packages"],
    "tracking": ["files", "json_files"],
    "doctor": ["files", "packages", "training"],
}

# What runs the whole way, over all of these.
MAY_IMPORT["experiment"] = sorted(MAY_IMPORT)
MAY_IMPORT["search"] = sorted(MAY_IMPORT)
MAY_IMPORT["commands"] = sorted(MAY_IMPORT)
MAY_IMPORT["cli"] = ["commands", "console", "directories", "files"]
MAY_IMPORT["__main__"] = ["cli"]
