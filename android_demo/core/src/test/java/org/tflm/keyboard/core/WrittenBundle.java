package org.tflm.keyboard.core;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.json.JSONObject;
import org.junit.function.ThrowingRunnable;

/** A bundle in memory, whose manifest names its files as they are or as they were. */
final class WrittenBundle {
  final Map<String, byte[]> files = new HashMap<>();
  final JSONObject manifest = new JSONObject();

  void put(String name, String content) {
    files.put(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes into the manifest what the files are now. */
  void list() {
    JSONObject listed = new JSONObject();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!file.getKey().equals("manifest.json")) {
        listed.put(
            file.getKey(),
            new JSONObject()
                .put("bytes", file.getValue().length)
                .put("sha256", Sha256.of(file.getValue())));
      }
    }
    manifest.put("files", listed);
  }

  /** Returns its files, the manifest as it is now. */
  Files files() {
    put("manifest.json", manifest.toString());
    return Repository.memory(files);
  }

  /** Checks that reading it is refused in one line for people, with a cure. */
  static void assertRefused(String part, ThrowingRunnable read) {
    String message = assertThrows(BundleException.class, read).getMessage();
    assertTrue(message, message.contains(part));
    assertFalse(message, message.contains("\n"));
    assertTrue(message, message.matches(".+[:;] [a-z ]+.*"));
  }
}
