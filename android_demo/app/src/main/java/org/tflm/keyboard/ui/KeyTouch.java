package org.tflm.keyboard.ui;

import android.graphics.Rect;
import android.os.Handler;
import android.os.Looper;
import android.view.MotionEvent;
import android.view.View;
import android.view.ViewConfiguration;

/**
 * Fingers on keys: presses, holds and repeats.
 *
 * <p>A key types when the finger leaves it, or when the next finger comes: two thumbs overlap, and
 * letters come in the order of touches.
 */
final class KeyTouch implements View.OnTouchListener {
  private static final int REPEATS = 20; // Of one character; then words are deleted.
  private static final long REPEAT_MILLIS = 50;
  private static final long REPEAT_WORD_MILLIS = 200;
  private static final float PLACE_DP = 9; // That the finger slides for one character.

  /** What keys do besides being clicked. */
  interface Target {
    /** Notes that a key was touched, before it acts. */
    void touched(KeyView key);

    /** Notes that a key was let go. */
    void released();

    /** Notes that the finger slides over the held space key, so many places to the right. */
    void slid(int places);

    /** Holds a key; returns whether that means something, so that it does not act when let go. */
    boolean held(KeyView key);
  }

  private final Handler handler = new Handler(Looper.getMainLooper());
  private final Runnable hold = this::hold;
  private final Target target;
  private final AlternativesView alternatives;
  private KeyView active; // Touched, and has not acted yet.
  private int repeats;
  private boolean done;
  private boolean slides;
  private float lastX; // In the active key, of the last place that was counted.

  KeyTouch(Target target, AlternativesView alternatives) {
    this.target = target;
    this.alternatives = alternatives;
  }

  @Override
  public boolean onTouch(View view, MotionEvent event) {
    KeyView key = (KeyView) view;
    switch (event.getActionMasked()) {
      case MotionEvent.ACTION_DOWN:
      case MotionEvent.ACTION_POINTER_DOWN:
        end(true);
        begin(key);
        lastX = event.getX();
        return true;
      case MotionEvent.ACTION_MOVE:
        if (key == active) {
          move(event.getX());
        }
        return true;
      case MotionEvent.ACTION_UP:
      case MotionEvent.ACTION_POINTER_UP:
        if (key == active) {
          end(alternatives.isOpen() || isNear(key, event));
        }
        return true;
      case MotionEvent.ACTION_CANCEL:
        if (key == active) {
          end(false);
        }
        return true;
      default:
        return false;
    }
  }

  /** Lets all keys go, without acting. */
  void cancel() {
    end(false);
  }

  private void begin(KeyView key) {
    active = key;
    repeats = 0;
    slides = false;
    done = key.key().actsAtOnce();
    key.setPressed(true);
    target.touched(key);
    handler.postDelayed(hold, ViewConfiguration.getLongPressTimeout());
    if (done) {
      key.performClick();
    }
  }

  private void move(float x) {
    if (alternatives.isOpen()) {
      alternatives.point(x);
    }
    float place = PLACE_DP * active.getResources().getDisplayMetrics().density;
    int places = (int) ((x - lastX) / place);
    if (!slides) {
      lastX = x;
    } else if (places != 0) {
      lastX += places * place;
      target.slid(places);
    }
  }

  private void end(boolean acts) {
    if (active == null) {
      return;
    }
    KeyView key = active;
    active = null;
    handler.removeCallbacks(hold);
    key.setPressed(false);
    target.released();
    if (alternatives.isOpen()) {
      alternatives.close(acts);
    } else if (acts && !done) {
      key.performClick();
    }
  }

  private void hold() {
    KeyView key = active;
    if (key.key().role() != Key.Role.DELETE) {
      boolean means = target.held(key);
      slides = means && key.key().role() == Key.Role.SPACE;
      done |= means;
      return;
    }
    boolean isWord = ++repeats > REPEATS;
    if (isWord) {
      target.held(key);
    } else {
      key.performClick();
    }
    if (key == active) { // Unless another page came by it, whose keys nobody holds.
      handler.postDelayed(hold, isWord ? REPEAT_WORD_MILLIS : REPEAT_MILLIS);
    }
  }

  /** A finger that slips half a key away while it is lifted still means the key. */
  private static boolean isNear(KeyView key, MotionEvent event) {
    Rect near = new Rect(0, 0, key.getWidth(), key.getHeight());
    near.inset(-key.getHeight() / 2, -key.getHeight() / 2);
    int finger = event.getActionIndex();
    return near.contains((int) event.getX(finger), (int) event.getY(finger));
  }
}
