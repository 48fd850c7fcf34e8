package org.tflm.keyboard.ime;

import android.content.ActivityNotFoundException;
import android.content.ClipData;
import android.content.ClipboardManager;
import android.content.Context;
import android.content.Intent;
import android.os.Handler;
import android.os.Looper;
import android.provider.CalendarContract.Events;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.tflm.keyboard.core.ActionFinder;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Request;
import org.tflm.keyboard.core.SlotAction;
import org.tflm.keyboard.core.Tagger;
import org.tflm.keyboard.core.TaggerBundle;
import org.tflm.keyboard.core.Task;
import org.tflm.keyboard.core.Worker;
import org.tflm.keyboard.model.Bundles;
import org.tflm.keyboard.model.StepModels;
import org.tflm.keyboard.settings.Setting;

/**
 * What can be done with a time or a number that is typed, by the first tagger of the app.
 *
 * <p>It is read and run by a thread of its own, so that suggestions do not wait for it either; all
 * methods are for the main thread and return at once. Without a tagger nothing is offered, and if
 * it fails the page of models says why.
 */
final class Actions implements AutoCloseable {
  private final Context context;
  private final Executor main = new Handler(Looper.getMainLooper())::post;
  private final Worker<ActionFinder> worker; // Null without a tagger.

  /** Begins to load the tagger. */
  Actions(Context context) {
    this.context = context;
    List<String> folders = Bundles.folders(context.getAssets(), Task.TAG);
    worker =
        folders.isEmpty()
            ? null
            : new Worker<>("tflm-tagger", () -> load(folders.get(0)), main, error -> {});
  }

  /** Asks what can be done; {@code receiver} gets it later, or null, unless more is asked before. */
  void request(Request request, Consumer<SlotAction> receiver) {
    if (worker == null || !Setting.ACTIONS.isOn(context)) {
      return;
    }
    worker.ask(finder -> finder.find(request), receiver);
  }

  /** Does it: only now does anything leave the keyboard, for where the user sends it. */
  void run(SlotAction action) {
    switch (action.kind()) {
      case CALENDAR:
        insert(action.sentence());
        break;
      default:
        ClipData copied = ClipData.newPlainText("", action.text());
        context.getSystemService(ClipboardManager.class).setPrimaryClip(copied);
    }
  }

  /** Wipes what tells of the text, and drops what was asked. */
  void forget() {
    if (worker != null) {
      worker.forget();
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
  }

  private ActionFinder load(String folder) throws BundleException {
    TaggerBundle bundle = TaggerBundle.read(Bundles.files(context.getAssets(), folder));
    return new ActionFinder(new Tagger(StepModels.open(context, folder, bundle), bundle));
  }

  /** Opens the calendar's own page for a new event, which the user saves or not. */
  private void insert(String title) {
    Intent event =
        new Intent(Intent.ACTION_INSERT, Events.CONTENT_URI)
            .putExtra(Events.TITLE, title)
            .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
    try {
      context.startActivity(event);
    } catch (ActivityNotFoundException error) {
      // A phone without a calendar: the offer goes, and nothing else can be done.
    }
  }
}
