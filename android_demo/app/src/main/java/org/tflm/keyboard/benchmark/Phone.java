package org.tflm.keyboard.benchmark;

import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.os.BatteryManager;
import android.os.Build;
import android.os.PowerManager;
import android.system.Os;
import android.system.OsConstants;
import org.json.JSONException;
import org.json.JSONObject;

/** What the phone is, and the state that it is in. */
final class Phone {
  private final Context context;
  private final PowerManager power;

  Phone(Context context) {
    this.context = context;
    power = context.getSystemService(PowerManager.class);
  }

  /** Returns the name of the chip, as far as this Android tells it. */
  static String chip() {
    boolean tellsChip = Build.VERSION.SDK_INT >= Build.VERSION_CODES.S;
    return tellsChip ? Build.SOC_MANUFACTURER + " " + Build.SOC_MODEL : Build.HARDWARE;
  }

  /** Returns the version and the architecture, such as {@code Android 15 arm64-v8a}. */
  static String system() {
    return "Android " + Build.VERSION.RELEASE + " " + Build.SUPPORTED_ABIS[0];
  }

  /** Returns what does not change. */
  static JSONObject description() throws JSONException {
    return new JSONObject()
        .put("manufacturer", Build.MANUFACTURER)
        .put("model", Build.MODEL)
        .put("soc", chip())
        .put("abi", Build.SUPPORTED_ABIS[0])
        .put("sdk", Build.VERSION.SDK_INT)
        .put("android", Build.VERSION.RELEASE)
        .put("kernel", System.getProperty("os.version"))
        .put("page_bytes", Os.sysconf(OsConstants._SC_PAGESIZE));
  }

  /** Tells whether it offers to run slower than it can, and so for longer. */
  boolean offersSustained() {
    return power.isSustainedPerformanceModeSupported();
  }

  /**
   * Returns what may change a time that is measured now; null is what this phone does not tell.
   *
   * @param sustained whether that mode is on
   */
  JSONObject state(boolean sustained) throws JSONException {
    Intent battery =
        context.registerReceiver(null, new IntentFilter(Intent.ACTION_BATTERY_CHANGED));
    return new JSONObject()
        .put("thermal_status", thermalStatus())
        .put("battery_percent", percent(battery))
        .put("battery_celsius", celsius(battery))
        .put("charging", context.getSystemService(BatteryManager.class).isCharging())
        .put("power_save", power.isPowerSaveMode())
        .put("screen_on", power.isInteractive())
        .put("sustained", sustained);
  }

  private Object thermalStatus() {
    boolean tellsIt = Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q;
    return tellsIt ? (Object) power.getCurrentThermalStatus() : JSONObject.NULL;
  }

  private static Object percent(Intent battery) {
    int level = number(battery, BatteryManager.EXTRA_LEVEL);
    int full = number(battery, BatteryManager.EXTRA_SCALE);
    return level < 0 || full <= 0 ? JSONObject.NULL : (Object) Math.round(100f * level / full);
  }

  private static Object celsius(Intent battery) {
    int tenths = number(battery, BatteryManager.EXTRA_TEMPERATURE);
    return tenths < 0 ? JSONObject.NULL : (Object) (tenths / 10.0);
  }

  private static int number(Intent battery, String name) {
    return battery == null ? -1 : battery.getIntExtra(name, -1);
  }
}
