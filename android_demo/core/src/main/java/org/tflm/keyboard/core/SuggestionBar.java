package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tflm.keyboard.core.Suggestion.Kind;

/** The places above the keys: the best words, and what was typed as it is. */
final class SuggestionBar {
  /** How many suggestions are shown at most. */
  static final int PLACES = 3;

  private final List<Suggestion> places = new ArrayList<>();
  private final String typed;

  private SuggestionBar(String typed) {
    this.typed = typed;
  }

  /**
   * Returns the suggestions to show, the literal word first if it is none of the others.
   *
   * @param context where they are to be written
   * @param words of the model, best first, as they are to be written
   * @param personal words of the user, the same way
   * @param correction what to write if the word ends here, null for what was typed
   * @param mended a word that takes the place of what was typed and of more before it, or null
   */
  static List<Suggestion> fill(
      Context context,
      List<String> words,
      List<String> personal,
      String correction,
      Suggestion mended) {
    SuggestionBar bar = new SuggestionBar(context.typed());
    boolean isNext = context.prefix().isEmpty();
    if (!isNext && context.typed().isEmpty()) {
      return bar.places; // What was typed is not there to be replaced.
    }
    if (correction != null) {
      bar.add(Collections.singletonList(correction), Kind.CORRECTION);
    }
    if (mended != null) {
      bar.places.add(mended);
    }
    Kind kind = isNext ? Kind.NEXT : Kind.COMPLETION;
    List<String> best = words.subList(0, Math.min(1, words.size()));
    bar.add(best, kind);
    bar.add(personal, Kind.PERSONAL);
    bar.add(words.subList(best.size(), words.size()), kind);
    if (Tokenizer.isWord(context.prefix())) {
      bar.keep(context.typed());
    } else {
      bar.places.removeIf(place -> place.text().equals(context.prefix()));
    }
    return bar.places;
  }

  private void add(List<String> words, Kind kind) {
    for (String word : words) {
      if (places.size() < PLACES && !shows(word)) {
        places.add(new Suggestion(word, kind, typed));
      }
    }
  }

  private void keep(String literal) {
    if (!shows(literal)) {
      if (places.size() == PLACES) {
        places.remove(PLACES - 1);
      }
      places.add(0, new Suggestion(literal, Kind.LITERAL, typed));
    }
  }

  private boolean shows(String word) {
    for (Suggestion place : places) {
      if (place.text().equals(word)) {
        return true;
      }
    }
    return false;
  }
}
