package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import org.json.JSONException;
import org.json.JSONObject;

/** How much a {@link WordCache} remembers and how far it is believed, by a bundle's manifest. */
final class CacheSettings {
  private static final int MOST_WORDS = 10_000; // Which bounds its memory.

  final int window;
  final double theta;
  final double share;

  /**
   * @param window the most words that are remembered
   * @param theta how sharply contexts are told apart
   * @param share of the cache in a prediction, from 0 to below 1
   */
  CacheSettings(int window, double theta, double share) {
    this.window = window;
    this.theta = theta;
    this.share = share;
  }

  /** Returns what a manifest says, or null if the bundle has no cache. */
  static CacheSettings of(JSONObject manifest) throws JSONException, BundleException {
    if (!manifest.has("cache")) {
      return null;
    }
    JSONObject cache = manifest.getJSONObject("cache");
    CacheSettings settings =
        new CacheSettings(
            cache.getInt("window"), cache.getDouble("theta"), cache.getDouble("lambda"));
    require(
        settings.window >= 1
            && settings.window <= MOST_WORDS
            && settings.theta >= 0
            && settings.share >= 0
            && settings.share < 1,
        BundleFiles.MANIFEST + " has a cache that none can be, " + cache + ": export again");
    return settings;
  }
}
