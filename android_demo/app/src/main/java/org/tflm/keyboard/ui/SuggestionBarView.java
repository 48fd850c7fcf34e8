package org.tflm.keyboard.ui;

import android.content.Context;
import android.graphics.Typeface;
import android.view.LayoutInflater;
import android.view.View;
import android.widget.LinearLayout;
import android.widget.TextView;
import java.util.Collections;
import java.util.List;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.SlotAction;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.Suggestion.Kind;

/** Three suggestions and an action above the keys, or a message in their place. */
public final class SuggestionBarView extends LinearLayout {
  private static final int[] LITERAL_FIRST = {0, 1, 2}; // Places from the best on.
  private static final int[] BEST_FIRST = {1, 0, 2};
  private static final int[] SLOTS = {R.id.first, R.id.second, R.id.third};

  private static final int MOST_SHOWN = 40; // Letters of an offer.

  private final KeyboardListener listener;
  private final TextView[] slots;
  private final TextView action;
  private final TextView message;
  private final TextView confirm;
  private final TextView dismiss;
  private List<Suggestion> shown = Collections.emptyList();

  public SuggestionBarView(Context context, KeyboardListener listener) {
    super(context);
    this.listener = listener;
    LayoutInflater.from(context).inflate(R.layout.suggestion_bar, this);
    setDividerDrawable(context.getDrawable(R.drawable.divider));
    setDividerPadding(getResources().getDimensionPixelSize(R.dimen.suggestion_bar_height) / 4);
    slots = new TextView[SLOTS.length];
    for (int i = 0; i < SLOTS.length; i++) {
      slots[i] = findViewById(SLOTS[i]);
      slots[i].setAccessibilityDelegate(
          new HoldLabel(context.getString(R.string.suggestion_remove)));
    }
    action = findViewById(R.id.action);
    message = findViewById(R.id.message);
    confirm = findViewById(R.id.confirm);
    dismiss = findViewById(R.id.dismiss);
    confirm.setText(R.string.remove_yes);
    dismiss.setText(R.string.remove_no);
    dismiss.setOnClickListener(clicked -> show(shown));
    clear();
  }

  /** Shows nothing, and keeps nothing of what it showed. */
  public void clear() {
    showAction(null);
    show(Collections.emptyList());
  }

  /** Shows what can be done with a part of the text, beside the suggestions; null for nothing. */
  public void showAction(SlotAction offered) {
    boolean isOffered = offered != null;
    action.setText(isOffered ? shown(offered) : "");
    action.setContentDescription(isOffered ? describe(offered) : null);
    action.setOnClickListener(isOffered ? clicked -> listener.run(offered) : null);
    int icon = isOffered ? icon(offered.kind()) : 0;
    action.setCompoundDrawablesRelativeWithIntrinsicBounds(icon, 0, 0, 0);
    action.setVisibility(isOffered && message.getVisibility() == GONE ? VISIBLE : GONE);
  }

  private static String shown(SlotAction offered) {
    String text = offered.text().replaceAll("\\s+", " ");
    return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "\u2026" : text;
  }

  private String describe(SlotAction offered) {
    return getContext().getString(description(offered.kind()), offered.text());
  }

  private static int description(SlotAction.Kind kind) {
    switch (kind) {
      case COPY:
        return R.string.action_copy;
      case PASTE:
        return R.string.action_paste;
      default:
        return R.string.action_calendar;
    }
  }

  private static int icon(SlotAction.Kind kind) {
    switch (kind) {
      case COPY:
        return R.drawable.copy;
      case PASTE:
        return R.drawable.paste;
      default:
        return R.drawable.calendar;
    }
  }

  /** Shows suggestions, best first: the best in the middle, what was typed at the beginning. */
  public void show(List<Suggestion> suggestions) {
    shown = suggestions;
    hideMessage();
    setShowDividers(suggestions.isEmpty() ? SHOW_DIVIDER_NONE : SHOW_DIVIDER_MIDDLE);
    boolean hasLiteral = !suggestions.isEmpty() && suggestions.get(0).kind() == Kind.LITERAL;
    int[] places = hasLiteral ? LITERAL_FIRST : BEST_FIRST;
    for (int i = 0; i < slots.length; i++) {
      if (i < suggestions.size()) {
        fill(slots[places[i]], suggestions.get(i));
      } else {
        empty(slots[places[i]]);
      }
    }
  }

  /** Shows why there are no suggestions; a touch asks for more about it. */
  public void showFailure(String reason) {
    clear();
    showMessage(getContext().getString(R.string.no_suggestions, reason));
    message.setOnClickListener(clicked -> listener.explain());
  }

  private void fill(TextView slot, Suggestion suggestion) {
    boolean isLiteral = suggestion.kind() == Kind.LITERAL;
    String text = suggestion.text();
    slot.setTypeface(suggestion.kind() == Kind.CORRECTION ? Typeface.DEFAULT_BOLD : null);
    slot.setText(isLiteral ? getContext().getString(R.string.literal, text) : text);
    slot.setContentDescription(
        getContext()
            .getString(isLiteral ? R.string.suggestion_literal : R.string.suggestion, text));
    slot.setImportantForAccessibility(IMPORTANT_FOR_ACCESSIBILITY_YES);
    slot.setOnClickListener(clicked -> listener.choose(suggestion));
    slot.setOnLongClickListener(isLiteral ? null : held -> askToRemove(suggestion));
    slot.setLongClickable(!isLiteral);
  }

  private static void empty(TextView slot) {
    slot.setText("");
    slot.setContentDescription(null);
    slot.setImportantForAccessibility(IMPORTANT_FOR_ACCESSIBILITY_NO);
    slot.setOnClickListener(null);
    slot.setOnLongClickListener(null);
    slot.setClickable(false);
    slot.setLongClickable(false);
  }

  private boolean askToRemove(Suggestion suggestion) {
    showMessage(getContext().getString(R.string.remove_question, suggestion.text()));
    message.setClickable(false);
    confirm.setVisibility(VISIBLE);
    dismiss.setVisibility(VISIBLE);
    confirm.setOnClickListener(clicked -> listener.remove(suggestion));
    return true;
  }

  private void showMessage(String text) {
    for (View slot : slots) {
      slot.setVisibility(GONE);
    }
    action.setVisibility(GONE);
    message.setText(text);
    message.setVisibility(VISIBLE);
  }

  private void hideMessage() {
    for (View slot : slots) {
      slot.setVisibility(VISIBLE);
    }
    action.setVisibility(action.length() > 0 ? VISIBLE : GONE);
    message.setText("");
    message.setOnClickListener(null);
    message.setVisibility(GONE);
    confirm.setVisibility(GONE);
    confirm.setOnClickListener(null);
    dismiss.setVisibility(GONE);
  }
}
