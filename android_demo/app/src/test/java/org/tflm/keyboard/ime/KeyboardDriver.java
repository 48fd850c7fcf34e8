package org.tflm.keyboard.ime;

import static org.robolectric.util.ReflectionHelpers.callInstanceMethod;

import android.content.Context;
import android.inputmethodservice.InputMethodService.InputMethodImpl;
import android.os.Binder;
import android.os.IBinder;
import android.os.Looper;
import android.os.SystemClock;
import android.view.MotionEvent;
import android.view.View;
import android.view.ViewGroup;
import android.view.inputmethod.EditorInfo;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.robolectric.Robolectric;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.android.controller.ServiceController;
import org.robolectric.shadows.ShadowLooper;
import org.robolectric.util.ReflectionHelpers.ClassParameter;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Worker;
import org.tflm.keyboard.ui.InputView;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyView;

/** A keyboard service with a field before it, and a finger on its keys. */
final class KeyboardDriver {
  private static final long PATIENCE_MILLIS = 20_000;
  private static final List<String> WORKERS = List.of("tflm-reader", "tflm-predictor", "tflm-tagger");

  private final ServiceController<KeyboardService> controller;
  private final KeyboardService service;
  private final InputMethodImpl method;
  private FakeField field;
  private int start;
  private int end;

  /** Starts the service as Android does, up to the moment when a field is touched. */
  KeyboardDriver() {
    controller = Robolectric.buildService(KeyboardService.class).create();
    service = controller.get();
    method = (InputMethodImpl) service.onCreateInputMethodInterface();
    // What the system's InputMethodManagerService would say, which Robolectric lacks.
    callInstanceMethod(
        service.getWindow(), "setToken", ClassParameter.from(IBinder.class, new Binder()));
  }

  Context context() {
    return service;
  }

  FakeField field() {
    return field;
  }

  String text() {
    return field.text();
  }

  /** Touches a new field. */
  FakeField open(int inputType, int imeOptions) {
    open(new FakeField(service, inputType, imeOptions));
    return field;
  }

  /** Touches a field, perhaps one that another service wrote into. */
  void open(FakeField touched) {
    openAtOnce(touched);
    settle();
  }

  /** Touches a field, and does not wait for what follows. */
  void openAtOnce(FakeField touched) {
    field = touched;
    start = field.start();
    end = field.end();
    method.startInput(field, field.info());
    method.showSoftInput(0, null);
  }

  /** Has the app tell of the same field again. */
  void restart() {
    method.restartInput(field, field.info());
    settle();
  }

  /** Leaves the field. */
  void leave() {
    method.hideSoftInput(0, null);
    method.startInput(null, new EditorInfo());
    settle();
  }

  /** Turns the phone, or changes its theme, to Robolectric's {@code qualifiers}. */
  void turn(String qualifiers) {
    RuntimeEnvironment.setQualifiers(qualifiers);
    service.onConfigurationChanged(service.getResources().getConfiguration());
    settle();
  }

  /** Lays the views out anew, as the next frame would. */
  void layout() {
    ShadowLooper.idleMainLooper();
    View window = window();
    int width = View.MeasureSpec.makeMeasureSpec(window.getWidth(), View.MeasureSpec.EXACTLY);
    int height = View.MeasureSpec.makeMeasureSpec(window.getHeight(), View.MeasureSpec.EXACTLY);
    window.measure(width, height);
    window.layout(0, 0, window.getWidth(), window.getHeight());
  }

  /** Ends the service as Android does. */
  void destroy() {
    controller.destroy();
  }

  /** Moves the cursor, or selects text, as a finger in the field does. */
  void select(int first, int last) {
    selectAtOnce(first, last);
    settle();
  }

  /** Moves the cursor, and does not wait for what follows. */
  void selectAtOnce(int first, int last) {
    field.setSelection(first, last);
    report();
  }

  /** Types on the keys, and waits for the suggestions. Shift is whatever it is. */
  void type(String text) {
    press(text);
    settle();
  }

  /** Types on the keys, and waits for nothing. */
  void press(String text) {
    for (int i = 0; i < text.length(); i++) {
      String typed = text.substring(i, i + 1);
      click(typed.equals(" ") ? key(Key.Role.SPACE) : key(typed));
    }
  }

  void press(Key.Role role) {
    click(key(role));
    settle();
  }

  /** Lets a second pass, so that what follows is not quick. */
  void rest() {
    ShadowLooper.idleMainLooper(1, TimeUnit.SECONDS);
  }

  /** Puts a finger on a key, and lifts it after a time. */
  void hold(KeyView key, long millis) {
    touch(key, MotionEvent.ACTION_DOWN);
    ShadowLooper.idleMainLooper(millis, TimeUnit.MILLISECONDS);
    touch(key, MotionEvent.ACTION_UP);
    report();
    settle();
  }

  /** Holds a key, and slides so many dp to the right before letting it go. */
  void slide(KeyView key, float dp) {
    touch(key, MotionEvent.ACTION_DOWN);
    ShadowLooper.idleMainLooper(1, TimeUnit.SECONDS);
    long now = SystemClock.uptimeMillis();
    float x = key.getWidth() / 2f + dp * key.getResources().getDisplayMetrics().density;
    MotionEvent move =
        MotionEvent.obtain(now, now, MotionEvent.ACTION_MOVE, x, key.getHeight() / 2f, 0);
    key.dispatchTouchEvent(move);
    move.recycle();
    touch(key, MotionEvent.ACTION_UP);
    report();
    settle();
  }

  /** Returns the views of a kind that are in the keyboard, seen or not. */
  <V extends View> List<V> views(Class<V> kind) {
    List<V> found = new ArrayList<>();
    for (View view : all(kind::isInstance, view())) {
      found.add(kind.cast(view));
    }
    return found;
  }

  /** Chooses a suggestion by its place. */
  String choose(int place) {
    String word = suggestions().get(place);
    click(slots().get(place));
    settle();
    return word;
  }

  /** Returns the words that the suggestion bar shows. */
  List<String> suggestions() {
    List<String> words = new ArrayList<>();
    for (TextView slot : slots()) {
      words.add(slot.getText().toString());
    }
    return words;
  }

  /** Returns what is offered for a part of the text, empty for nothing. */
  String action() {
    TextView action = view().findViewById(R.id.action);
    return action.getVisibility() == View.VISIBLE ? action.getText().toString() : "";
  }

  void act() {
    click(view().findViewById(R.id.action));
    settle();
  }

  /** Returns what the suggestion bar says in place of suggestions, empty if it says nothing. */
  String message() {
    TextView message = view().findViewById(R.id.message);
    return message.getVisibility() == View.VISIBLE ? message.getText().toString() : "";
  }

  InputView view() {
    return (InputView) all(view -> view instanceof InputView, window()).get(0);
  }

  List<KeyView> keys() {
    List<KeyView> keys = new ArrayList<>();
    for (View view : all(view -> view instanceof KeyView, view().keyboard())) {
      keys.add((KeyView) view);
    }
    return keys;
  }

  /** Returns what is written on the keys, one after the other. */
  String texts() {
    StringBuilder texts = new StringBuilder();
    for (KeyView key : keys()) {
      texts.append(key.key().text());
    }
    return texts.toString();
  }

  KeyView key(Key.Role role) {
    return key(key -> key.role() == role, role.toString());
  }

  KeyView key(String text) {
    return key(key -> key.text().equalsIgnoreCase(text), text);
  }

  /** Waits until no thread has anything to do and all that they found is shown. */
  void settle() {
    long limit = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    do {
      while (!isIdle()) {
        if (System.nanoTime() > limit) {
          throw new AssertionError("a thread does not come to rest");
        }
        Thread.yield();
      }
      ShadowLooper.idleMainLooper();
      // What was shown may have asked for more, and that be answered already.
    } while (!isIdle() || !Shadows.shadowOf(Looper.getMainLooper()).isIdle());
  }

  private static boolean isIdle() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      boolean isWorker = WORKERS.contains(thread.getName());
      if (isWorker && !isWaiting(thread)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWaiting(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      boolean isNext = frame.getMethodName().equals("next");
      if (isNext && frame.getClassName().equals(Worker.class.getName())) {
        return thread.getState() == Thread.State.WAITING;
      }
    }
    return !thread.isAlive();
  }

  private KeyView key(Predicate<Key> wanted, String name) {
    for (KeyView key : keys()) {
      if (wanted.test(key.key())) {
        return key;
      }
    }
    throw new AssertionError("there is no key " + name);
  }

  private List<TextView> slots() {
    List<TextView> slots = new ArrayList<>();
    for (View view : all(view -> view instanceof TextView, view().suggestionBar())) {
      TextView slot = (TextView) view;
      boolean isSlot =
          view.getId() == R.id.first || view.getId() == R.id.second || view.getId() == R.id.third;
      if (isSlot && slot.getVisibility() == View.VISIBLE && slot.getText().length() > 0) {
        slots.add(slot);
      }
    }
    return slots;
  }

  private View window() {
    return service.getWindow().getWindow().getDecorView();
  }

  private void click(View view) {
    view.performClick();
    report();
  }

  /** Tells the service where the cursor is, as a field does after each edit. */
  private void report() {
    if (field.start() != start || field.end() != end) {
      int oldStart = start;
      int oldEnd = end;
      start = field.start();
      end = field.end();
      service.onUpdateSelection(oldStart, oldEnd, start, end, -1, -1);
    }
  }

  static void touch(View view, int action) {
    long now = SystemClock.uptimeMillis();
    float x = view.getWidth() / 2f;
    float y = view.getHeight() / 2f;
    MotionEvent event = MotionEvent.obtain(now, now, action, x, y, 0);
    view.dispatchTouchEvent(event);
    event.recycle();
  }

  private static List<View> all(Predicate<View> wanted, View root) {
    List<View> found = new ArrayList<>();
    if (wanted.test(root)) {
      found.add(root);
    }
    if (root instanceof ViewGroup) {
      ViewGroup group = (ViewGroup) root;
      for (int i = 0; i < group.getChildCount(); i++) {
        found.addAll(all(wanted, group.getChildAt(i)));
      }
    }
    return found;
  }
}
