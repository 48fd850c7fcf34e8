/** What was measured, as `tflm benchmark --output=FILE.json` writes it. */

import {mean, percentile, round, sorted} from './statistics.js';

/**
 * Returns a file for `tflm report --latency=FILE`.
 *
 * @param {object} facts of the model.
 * @param {{initMs: number, firstMs: number, warmupMs: number[],
 *     invokeMs: number[], stepMs: number[], fullyAccelerated: boolean}} steady
 *     what the worker measured.
 * @param {number[]} keysMs from each keystroke to the suggestion
 *     bar's new words.
 * @return {object}
 */
export function measurement(facts, steady, keysMs) {
  const one = {
    model: facts.name,
    model_size_mb: facts.file_bytes / 1e6,
    accelerators: ['wasm'],
    signature: 'step',
    fully_accelerated: steady.fullyAccelerated,
    num_threads: 1,
    latency: latency(facts, steady),
    device: 'browser',
    rounds_ms: [round(percentile(sorted(steady.invokeMs), 50))],
    keys: keysMs.length ? keys(keysMs) : null,
    benchmark_model: null,
    device_state: {
      user_agent: navigator.userAgent,
      cross_origin_isolated: globalThis.crossOriginIsolated === true,
      date: new Date().toISOString(),
    },
    warnings: ['WebAssembly in a browser, not a phone app'],
  };
  return {command: 'tflm play', results: [one], ratios: [], failures: []};
}

function latency(facts, steady) {
  const times = sorted(steady.invokeMs);
  const middle = mean(steady.invokeMs);
  const spread = mean(steady.invokeMs.map((ms) => (ms - middle) ** 2)) ** 0.5;
  const at = (p) => round(percentile(times, p));
  const ours = {
    init_ms: round(steady.initMs),
    first_ms: round(steady.firstMs),
    warmup_runs: steady.warmupMs.length,
    warmup_mean_ms: round(mean(steady.warmupMs)),
    runs: times.length,
    min_ms: round(times[0]),
    mean_ms: round(middle),
    std_ms: round(spread),
    p5_ms: at(5),
    p50_ms: at(50),
    p90_ms: at(90),
    p95_ms: at(95),
    p99_ms: at(99),
    max_ms: round(times.at(-1)),
    step_p50_ms: round(percentile(sorted(steady.stepMs), 50)),
    drift_ratio: drift(steady.invokeMs),
    memory_bytes: null,
    file_bytes: facts.file_bytes,
    file_sha256: facts.file_sha256,
    threads: 1,
    xnnpack: true,
    cpu: 'unknown', // A browser does not tell.
    cores: navigator.hardwareConcurrency ?? 0,
    system: navigator.userAgent,
    runtime: `${facts.runtime}, WebAssembly`,
  };
  return {...ours, ...asLiteRt(ours)};
}

/** Returns the names that LiteRT's benchmark has for the same numbers. */
function asLiteRt(ours) {
  return {
    warmup_first_ms: ours.first_ms,
    warmup_avg_ms: ours.warmup_mean_ms,
    num_warmup_runs: ours.warmup_runs,
    avg_ms: ours.mean_ms,
    median_ms: ours.p50_ms,
    num_runs: ours.runs,
  };
}

/** Returns the median of the last third over that of the first. */
function drift(times) {
  const third = Math.max(1, Math.floor(times.length / 3));
  const last = percentile(sorted(times.slice(-third)), 50);
  const first = percentile(sorted(times.slice(0, third)), 50);
  return Math.round((last / Math.max(first, 1e-6)) * 1000) / 1000;
}

function keys(times) {
  const ordered = sorted(times);
  const at = (p) => round(percentile(ordered, p));
  return {
    runs: times.length,
    p50_ms: at(50),
    p90_ms: at(90),
    p95_ms: at(95),
    p99_ms: at(99),
    max_ms: round(ordered.at(-1)),
  };
}
