package org.tflm.keyboard.ui;

import android.content.Context;
import android.util.DisplayMetrics;
import android.view.Gravity;
import android.widget.LinearLayout;
import android.widget.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Recent;
import org.tflm.keyboard.core.Shift;
import org.tflm.keyboard.ui.Key.Role;
import org.tflm.keyboard.ui.Layouts.Page;

/** The keys: rows of {@link KeyView}, one page at a time. */
public final class KeyboardView extends LinearLayout implements KeyTouch.Target {
  private final KeyboardListener listener;
  private final AlternativesView alternatives;
  private final PreviewView preview;
  private final EmojiSearch search;
  private final Supplier<Recent> recent;
  private final Feedback feedback;
  private final KeyTouch touch;
  private final KeyLabels labels;
  private final List<KeyView> keys = new ArrayList<>();
  private Letters letters = new Letters("");
  private Page page;
  private Arrangement arrangement = Arrangement.PLAIN;
  private boolean hasPreviews;
  private boolean symbolTyped; // On this page; a space after it leads back to letters.

  KeyboardView(
      Context context,
      KeyboardListener listener,
      AlternativesView alternatives,
      PreviewView preview,
      EmojiSearch search,
      Supplier<Recent> recent,
      Feedback feedback) {
    super(context);
    this.listener = listener;
    this.alternatives = alternatives;
    this.preview = preview;
    this.search = search;
    this.recent = recent;
    this.feedback = feedback;
    touch = new KeyTouch(this, alternatives);
    labels = new KeyLabels(context);
    setOrientation(VERTICAL);
  }

  /**
   * Shows the first page for a field.
   *
   * @param hasPreviews whether the letter under a finger is seen above it
   * @param isAgain whether it is the same field as before, of which the page then stays, and what
   *     fingers and the search for emoji are at
   */
  public void begin(
      Arrangement arrangement, EnterKey enter, boolean hasPreviews, boolean isAgain) {
    Page first = Layouts.first(arrangement.kind);
    boolean stays = page == first || (isAgain && page != null);
    boolean goesOn = isAgain || !search.isOpen();
    boolean isSame = stays && goesOn && arrangement.equals(this.arrangement);
    this.arrangement = arrangement;
    this.hasPreviews = hasPreviews;
    labels.setEnter(enter);
    if (isSame) {
      if (!isAgain) {
        cancel();
      } else if (!hasPreviews) {
        preview.hide();
      }
      showLabels();
    } else {
      search.close();
      open(first);
    }
  }

  /** Shows how letters will be written. */
  public void setShift(Shift shift) {
    if (labels.setShift(shift)) {
      showLabels();
    }
  }

  /**
   * Shows the letters of a language.
   *
   * @param tag of BCP 47
   * @param name what is written on the space key, empty for nothing
   */
  public void setLanguage(String tag, String name) {
    Letters found = new Letters(tag);
    boolean isNew = labels.setLanguage(tag, name);
    if (found.keyboard() != letters.keyboard()) {
      letters = found;
      if (page == Page.LETTERS) {
        open(page);
      }
    } else if (isNew) {
      showLabels();
    }
  }

  /** Lets all keys go. */
  public void cancel() {
    touch.cancel();
    preview.hide();
    alternatives.close(false);
  }

  @Override
  public void touched(KeyView key) {
    feedback.press(key);
    if (hasPreviews && key.key().role() == Role.TEXT) {
      preview.show(key);
    }
  }

  @Override
  public void released() {
    preview.hide();
  }

  @Override
  public void slid(int places) {
    listener.moveCursor(letters.keyboard().isFromRight() ? -places : places);
  }

  @Override
  public boolean held(KeyView view) {
    Key key = view.key();
    switch (key.role()) {
      case SPACE:
        return !search.isOpen(); // It slides.
      case SHIFT:
      case GLOBE:
      case DELETE:
        if (!search.isOpen() || !searches(key.role())) {
          listener.hold(key.role());
        }
        return true;
      default:
        return openAlternatives(view);
    }
  }

  private boolean openAlternatives(KeyView view) {
    if (view.key().alternatives().isEmpty()) {
      return false;
    }
    preview.hide();
    alternatives.open(view, labels.shift(), labels.locale(), this::type);
    return true;
  }

  private void act(Key key) {
    if (search.isOpen() && searches(key.role())) {
      return;
    }
    switch (key.role()) {
      case TEXT:
        type(key.text());
        break;
      case LETTERS:
        open(Page.LETTERS);
        break;
      case SYMBOLS:
        open(Page.SYMBOLS);
        break;
      case MORE:
        open(Page.MORE);
        break;
      case EMOJI:
        search.close();
        open(Page.EMOJI);
        break;
      case SEARCH:
        open(Page.LETTERS);
        search.open();
        break;
      default:
        listener.press(key.role());
    }
    boolean leads = key.role() == Role.SPACE || key.role() == Role.ENTER;
    if (leads && symbolTyped && (page == Page.SYMBOLS || page == Page.MORE)) {
      open(Page.LETTERS);
    }
  }

  /** Does what a key does to the name that is searched for; returns whether it does anything. */
  private boolean searches(Role role) {
    switch (role) {
      case SPACE:
        search.type(" ");
        return true;
      case DELETE:
        if (!search.delete()) {
          leaveSearch();
        }
        return true;
      case ENTER:
        leaveSearch();
        return true;
      default:
        return false;
    }
  }

  private void leaveSearch() {
    search.close();
    open(Page.EMOJI);
  }

  private void type(String text) {
    if (search.isOpen()) {
      search.type(text);
      return;
    }
    symbolTyped = page != Page.LETTERS && !Character.isDigit(text.charAt(0));
    listener.type(text);
  }

  private void open(Page page) {
    cancel();
    this.page = page;
    symbolTyped = false;
    keys.clear();
    removeAllViews();
    int side = arrangement.isSplit ? 0 : size(R.dimen.keyboard_side);
    setPadding(side, 0, side, size(R.dimen.keyboard_bottom));
    int height = rowHeight();
    if (page == Page.EMOJI) {
      EmojiPage emoji =
          new EmojiPage(getContext(), recent.get(), alternatives, listener::typeEmoji);
      addView(emoji, new LayoutParams(LayoutParams.MATCH_PARENT, (rows() - 1) * height));
    }
    for (List<Key> row : Layouts.rows(page, arrangement, letters)) {
      addView(rowView(row), new LayoutParams(LayoutParams.MATCH_PARENT, height));
    }
    showLabels();
  }

  /** Returns how many rows letters have, which is the height of all pages. */
  private int rows() {
    return Layouts.rows(Layouts.first(arrangement.kind), arrangement, letters).size();
  }

  /** Returns the height of a row: in landscape, all is no more than half of the screen. */
  private int rowHeight() {
    int wanted = size(R.dimen.key_height);
    DisplayMetrics screen = getResources().getDisplayMetrics();
    int bar = size(R.dimen.suggestion_bar_height);
    int room = (screen.heightPixels / 2 - bar - getPaddingBottom()) / rows();
    return screen.widthPixels > screen.heightPixels ? Math.min(wanted, room) : wanted;
  }

  private int size(int dimension) {
    return getResources().getDimensionPixelSize(dimension);
  }

  private LinearLayout rowView(List<Key> row) {
    LinearLayout view = new LinearLayout(getContext());
    view.setGravity(Gravity.CENTER);
    for (Key key : row) {
      if (key.role() == Role.GAP) {
        view.addView(new Space(getContext()), new LayoutParams(0, 0, key.weight()));
        continue;
      }
      KeyView keyView = new KeyView(getContext(), key);
      keyView.setOnClickListener(clicked -> act(key));
      keyView.setOnTouchListener(touch);
      if (!key.alternatives().isEmpty()) { // A screen reader's way to them.
        keyView.setOnLongClickListener(held -> openAlternatives(keyView));
        keyView.setAccessibilityDelegate(
            new HoldLabel(getContext().getString(R.string.key_alternatives)));
      }
      keyView.showHint(key.hint());
      keys.add(keyView);
      view.addView(keyView, new LayoutParams(0, LayoutParams.MATCH_PARENT, key.weight()));
    }
    return view;
  }

  private void showLabels() {
    for (KeyView key : keys) {
      labels.showOn(key);
    }
  }
}
