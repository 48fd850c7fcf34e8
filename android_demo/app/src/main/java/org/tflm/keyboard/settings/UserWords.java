package org.tflm.keyboard.settings;

import android.content.Context;
import org.tflm.keyboard.core.BlockList;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.core.Storage;
import org.tflm.keyboard.core.Suggestion;

/** The words that the user taught the keyboard, and those that it is not to suggest. */
public final class UserWords {
  private final PersonalWords personal;
  private final BlockList blocked;

  /**
   * Reads them.
   *
   * @param learned where the words are that the user taught
   * @param removed where those are that are not to be suggested
   */
  UserWords(Context context, Storage learned, Storage removed) {
    personal = new PersonalWords(learned);
    personal.setEnabled(Setting.PERSONAL.isOn(context));
    blocked = new BlockList(BlockList.offensive(), removed);
  }

  public PersonalWords personal() {
    return personal;
  }

  public BlockList blocked() {
    return blocked;
  }

  /** Sees to it that a suggestion is not made again: its word is forgotten, or blocked. */
  public void remove(Suggestion suggestion) {
    if (suggestion.kind() == Suggestion.Kind.PERSONAL) {
      personal.remove(suggestion.text());
    } else {
      blocked.remove(suggestion.text());
    }
  }
}
