"""Rows as they are measured, for the tests that need some."""

from tflm.report.rows import Row


def row(name="model", megabytes=1.0, perplexity=None, **fields) -> Row:
    quality = {} if perplexity is None else {"perplexity": perplexity}
    return Row(
        **{
            "name": name,
            "recipe": "int8",
            "bytes": round(megabytes * 1e6),
            "zip_bytes": round(megabytes * 9e5),
            "quality": quality,
            **fields,
        }
    )


ROWS = [
    row("unigram", 0.04, 721.0, parameters=10_000),
    row("Kneser-Ney", 9.1, 148.2),
    row("LSTM", 79.05, 82.6, parameters=19_780_000),
    row("LSTM + int8", 19.96, 82.9),
    row("LowRank(rank=64) + int8", 4.33, 85.4, latency={"p50_ms": 0.1234}),
    row("LowRank(rank=64) + int4", 2.39, 91.4),
    row("TensorTrain(rank=32) + int8", 1.87, 97.8),
    row("Prune(sparsity=0.5) + int8", 1.559, 98.1),
    row("stock", 19.9),
]
