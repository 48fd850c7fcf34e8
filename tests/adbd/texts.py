"""What a phone prints, as recorded; names of a phone that is none."""

GETPROP = """\
[ro.board.platform]: [d1]
[ro.build.fingerprint]: [double/double/double:14/UP1A/1:user/release-keys]
[ro.build.version.release]: [14]
[ro.build.version.sdk]: [34]
[ro.product.cpu.abi]: [arm64-v8a]
[ro.product.manufacturer]: [Nobody]
[ro.product.model]: [Double]
[ro.soc.model]: [D1]
"""

BATTERY = """\
Current Battery Service state:
  AC powered: false
  USB powered: false
  Wireless powered: false
  Max charging current: 0
  status: 3
  health: 2
  present: true
  level: 83
  scale: 100
  voltage: 4123
  temperature: 291
  technology: Li-ion
"""

THERMAL = """\
IsStatusOverride: false
ThermalEventListeners:
\tcallbacks: 2
Thermal Status: 0
Cached temperatures:
\tTemperature{mValue=30.1, mType=2, mName=battery, mStatus=0}
HAL Ready: true
"""

HOT = THERMAL.replace("Thermal Status: 0", "Thermal Status: 2")
USB = BATTERY.replace("USB powered: false", "USB powered: true")
WALL = BATTERY.replace("AC powered: false", "AC powered: true")
LOW = BATTERY.replace("level: 83", "level: 9")

# Some phones write numbers in the digits of their language, and words too.
ARABIC = BATTERY.replace("level: 83", "level: ٨٣").replace(
    "temperature: 291", "temperature: ٢٩١"
)
GERMAN = """\
Aktueller Zustand des Akkus:
  Netzteil: nein
  Ladestand: 83
"""

BENCHMARK_MODEL = """\
INFO: STARTING!
INFO: Log parameter values verbosely: [0]
INFO: Num threads: [1]
INFO: Graph: [/data/local/tmp/tflm-00000000/model.tflite]
INFO: Created TensorFlow Lite XNNPACK delegate for CPU.
INFO: The input model file size (MB): 1.06301
INFO: Initialized session in 20.283ms.
INFO: Running benchmark for at least 1 iterations and at least 0.5 seconds \
but terminate if exceeding 150 seconds.
INFO: count=162 first=3393 curr=3021 min=2990 max=3393 avg=3028.41 std=40 \
p5=2995 median=3019 p95=3105

INFO: Running benchmark for at least 200 iterations and at least 1 seconds \
but terminate if exceeding 150 seconds.
INFO: count=376 first=2701 curr=2650 min=2600 max=3100 avg=2664.25 std=35 \
p5=2611 median=2660 p95=2733

INFO: Inference timings in us: Init: 20283, First inference: 3393, \
Warmup (avg): 3028.41, Inference (avg): 2664.25
INFO: Note: as the benchmark tool itself affects memory footprint, the \
following is only APPROXIMATE to the actual memory footprint of the model at \
runtime. Take the information at your discretion.
INFO: Memory footprint delta from the start of the tool (MB): init=5.21094 \
overall=7.42969
"""

USUAL = {
    "getprop": GETPROP,
    "dumpsys battery": BATTERY,
    "dumpsys thermalservice": THERMAL,
    "settings get global low_power": "0\n",
    "uname -r": "5.15.104-android13-8\n",
    "getconf PAGE_SIZE": "4096\n",
}
