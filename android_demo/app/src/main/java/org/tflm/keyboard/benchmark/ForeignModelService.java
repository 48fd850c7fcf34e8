package org.tflm.keyboard.benchmark;

import android.app.Service;
import android.content.Intent;
import android.os.Bundle;
import android.os.Handler;
import android.os.IBinder;
import android.os.Looper;
import android.os.Message;
import android.os.Messenger;
import android.os.Process;
import android.os.RemoteException;
import java.util.concurrent.Executor;
import org.tflm.keyboard.model.Failures;
import org.tflm.keyboard.ui.SuggestionBarView;

/**
 * Measures a model that came from elsewhere, for {@link ForeignModel}.
 *
 * <p>Its process is isolated: it has no files of this app, no permissions, and gets the model's
 * files open. One process is for one model, so that each is started cold.
 */
public final class ForeignModelService extends Service {
  /** What is asked: extras of a {@link BenchmarkPlan}, and {@link ForeignFiles}. */
  static final String EXTRAS = "extras";

  static final String FILES = "files";

  /** What is answered: an error, or parts of a JSON text. */
  static final String ERROR = "error";

  static final String TEXT = "text";
  static final String IS_LAST = "last";

  private static final int PART = 100_000; // Characters; a message has a megabyte at most.

  private final Handler main = new Handler(Looper.getMainLooper());
  private final Messenger messenger =
      new Messenger(new Handler(Looper.getMainLooper(), this::begin));

  @Override
  public IBinder onBind(Intent intent) {
    return messenger.getBinder();
  }

  @Override
  public boolean onUnbind(Intent intent) {
    Process.killProcess(Process.myPid());
    return false;
  }

  private boolean begin(Message asked) {
    Bundle data = new Bundle(asked.getData());
    Messenger answer = asked.replyTo;
    SuggestionBarView bar = new SuggestionBarView(this, new IgnoringListener());
    new Thread(() -> answer(data, bar, answer), "tflm-foreign").start();
    return true;
  }

  private void answer(Bundle data, SuggestionBarView bar, Messenger answer) {
    Executor screen = main::post;
    try (ForeignFiles files = new ForeignFiles(data.getBundle(FILES))) {
      BenchmarkPlan plan = BenchmarkPlan.of(new Intent().putExtras(data.getBundle(EXTRAS)));
      BenchmarkModel model = BenchmarkModel.ofForeign(files);
      send(plan.measure(model, screen, bar::show).toString(), answer);
    } catch (Throwable error) {
      boolean isArgument = error instanceof IllegalArgumentException;
      Bundle part = new Bundle();
      part.putString(ERROR, isArgument ? error.getMessage() : Failures.line(this, error));
      send(part, answer);
    }
  }

  private static void send(String text, Messenger answer) {
    for (int start = 0; start < text.length(); start += PART) {
      int end = Math.min(text.length(), start + PART);
      Bundle part = new Bundle();
      part.putString(TEXT, text.substring(start, end));
      part.putBoolean(IS_LAST, end == text.length());
      send(part, answer);
    }
  }

  private static void send(Bundle part, Messenger answer) {
    Message message = Message.obtain();
    message.setData(part);
    try {
      answer.send(message);
    } catch (RemoteException error) {
      // Nobody waits for it any more.
    }
  }
}
