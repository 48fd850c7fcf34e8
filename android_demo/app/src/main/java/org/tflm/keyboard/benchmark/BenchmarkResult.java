package org.tflm.keyboard.benchmark;

import android.content.ContentResolver;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.util.Log;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.json.JSONException;
import org.json.JSONObject;

/** Where a result goes: files that are whole or not there. */
final class BenchmarkResult {
  private static final String TAG = "tflm";
  private static final String NAME = "result.json";

  private BenchmarkResult() {}

  /** Deletes the last one, so that who waits for a result gets no old one. */
  static void clear(Context context) {
    file(context).delete();
  }

  /**
   * Writes a result.
   *
   * @param intent who asked; a scenario's is kept beside others too, and goes where it says
   * @return the file that it is in
   * @throws IOException the storage is full, or not there
   */
  static File write(Context context, Intent intent, JSONObject result)
      throws IOException, JSONException {
    byte[] content = result.toString(1).getBytes(StandardCharsets.UTF_8);
    if (BenchmarkScenario.isAsked(intent)) {
      File kept = BenchmarkScenario.result(context, intent);
      kept.getParentFile().mkdirs();
      write(kept, content);
      send(context, intent.getData(), content);
    }
    write(file(context), content); // The last, as it ends the waiting.
    return file(context);
  }

  private static File file(Context context) {
    return new File(context.getExternalFilesDir(null), NAME);
  }

  private static void write(File file, byte[] content) throws IOException {
    File part = new File(file.getPath() + ".part");
    try (OutputStream stream = new FileOutputStream(part)) {
      stream.write(content);
    }
    if (!part.renameTo(file)) {
      throw new IOException("cannot rename " + part);
    }
  }

  /** Writes to a provider, never to a path: that could be one of this app's own files. */
  private static void send(Context context, Uri target, byte[] content) {
    if (target == null || !ContentResolver.SCHEME_CONTENT.equals(target.getScheme())) {
      return;
    }
    try (OutputStream stream = context.getContentResolver().openOutputStream(target)) {
      stream.write(content);
    } catch (IOException | RuntimeException error) {
      Log.w(TAG, "the result cannot be sent, and is in its file"); // Who asked may be gone.
    }
  }
}
