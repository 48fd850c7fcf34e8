package org.tflm.keyboard.settings;

import android.content.Context;
import java.io.File;
import org.tflm.keyboard.core.BlockList;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.core.Suggestion;

/** The words that the user taught the keyboard, and those that it is not to suggest. */
public final class UserWords {
  private final PersonalWords personal;
  private final BlockList blocked;

  /** Reads them. */
  UserWords(Context context) {
    File folder = context.getNoBackupFilesDir();
    personal = new PersonalWords(new TextFile(new File(folder, "personal_words.txt")));
    personal.setEnabled(Setting.PERSONAL.isOn(context));
    blocked =
        new BlockList(BlockList.offensive(), new TextFile(new File(folder, "removed_words.txt")));
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
