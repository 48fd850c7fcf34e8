package org.tflm.keyboard.ime;

import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Predictor;
import org.tflm.keyboard.core.Request;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.Task;
import org.tflm.keyboard.core.Worker;
import org.tflm.keyboard.model.Bundles;
import org.tflm.keyboard.model.Failures;
import org.tflm.keyboard.model.StepModel;
import org.tflm.keyboard.model.StepModels;
import org.tflm.keyboard.settings.KeyboardApplication;
import org.tflm.keyboard.settings.Setting;
import org.tflm.keyboard.settings.UserWords;

/**
 * The bundles of the app, of which one suggests words.
 *
 * <p>It is read and run by its worker's thread; all methods are for the main thread and return at
 * once.
 */
final class Languages implements AutoCloseable {
  private static final String CHOSEN = "bundle"; // Key of the setting that names its folder.
  private static final String LANGUAGE = "language"; // And of what language it was.

  private final Context context;
  private final Runnable changed;
  private final List<String> folders;
  private final Executor main = new Handler(Looper.getMainLooper())::post;
  private Worker<Predictor> worker;
  private int current;
  private String tag;
  private String name;
  private String failure;
  private boolean isUnlocked; // When the words were read.

  /**
   * Begins to load the bundle that was used last.
   *
   * @param changed runs when {@link #name} or {@link #failure} is another
   */
  Languages(Context context, Runnable changed) {
    this.context = context;
    this.changed = changed;
    folders = Bundles.folders(context.getAssets(), Task.PREDICT);
    String last = Setting.preferences(context).getString(CHOSEN, "");
    current = Math.max(0, folders.indexOf(last));
    tag = Setting.preferences(context).getString(LANGUAGE, "en");
    open();
  }

  /** Reads the user's words if the phone was locked when that was tried. */
  void begin() {
    if (!isUnlocked && KeyboardApplication.isUnlocked(context)) {
      worker.close();
      open();
    }
  }

  /** Tells whether there is more than one. */
  boolean areSeveral() {
    return folders.size() > 1;
  }

  /** Goes on to the next one. */
  void next() {
    current = (current + 1) % folders.size();
    Setting.preferences(context).edit().putString(CHOSEN, folders.get(current)).apply();
    worker.close();
    open();
    changed.run();
  }

  /** Returns the language's tag of BCP 47, that of the one before until it was read. */
  String tag() {
    return tag;
  }

  /** Returns the language's name if there are several, empty until it was read. */
  String name() {
    return name;
  }

  /** Returns why there are no suggestions, in one line, or null. */
  String failure() {
    return failure;
  }

  /** Asks for suggestions; {@code receiver} gets them later, unless more is asked before. */
  void request(Request request, Consumer<List<Suggestion>> receiver) {
    worker.ask(predictor -> predictor.suggest(request), receiver);
  }

  /** Notes a word that the user typed. */
  void learn(String word) {
    worker.tell(predictor -> predictor.learn(word));
  }

  /** Wipes what tells of the text. */
  void forget() {
    worker.forget();
  }

  @Override
  public void close() {
    worker.close();
  }

  private void open() {
    name = "";
    failure = null;
    isUnlocked = KeyboardApplication.isUnlocked(context);
    int opened = current;
    worker = new Worker<>("tflm-predictor", () -> load(opened), main, this::fail);
  }

  private Predictor load(int place) throws BundleException {
    if (folders.isEmpty()) {
      throw new BundleException(context.getString(R.string.no_bundle));
    }
    String folder = folders.get(place);
    Bundle bundle = Bundle.read(Bundles.files(context.getAssets(), folder));
    main.execute(() -> show(place, bundle.language()));
    UserWords words = KeyboardApplication.words(context);
    StepModel step = StepModels.open(context, folder, bundle);
    return new Predictor(step, bundle, words.blocked(), words.personal());
  }

  private void show(int place, String language) {
    if (place != current) {
      return;
    }
    Locale locale = Locale.forLanguageTag(language);
    name = areSeveral() ? locale.getDisplayLanguage(locale) : "";
    boolean isNew = !language.equals(tag);
    if (isNew) {
      tag = language;
      Setting.preferences(context).edit().putString(LANGUAGE, tag).apply();
    }
    if (isNew || areSeveral()) {
      changed.run();
    }
  }

  private void fail(Throwable error) {
    failure = Failures.line(context, error);
    changed.run();
  }
}
