package org.tflm.keyboard.settings;

import android.app.AlertDialog;
import android.content.Context;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A list of the user's words. A touch asks whether to take one off it. */
final class WordList {
  private final Context context;
  private final Supplier<List<String>> words;
  private final Consumer<String> remove;

  /**
   * @param words gives those that there are now
   * @param remove takes one off the list
   */
  WordList(Context context, Supplier<List<String>> words, Consumer<String> remove) {
    this.context = context;
    this.words = words;
    this.remove = remove;
  }

  /**
   * Shows the list; it comes again after each question.
   *
   * @param none text where there are no words
   * @param question text with a place for the word
   * @param yes text of the answer that takes the word off the list
   */
  void show(int title, int none, int question, int yes) {
    AlertDialog.Builder dialog = new AlertDialog.Builder(context).setTitle(title);
    List<String> all = words.get();
    if (all.isEmpty()) {
      dialog.setMessage(none);
    } else {
      Runnable again = () -> show(title, none, question, yes);
      dialog.setItems(
          all.toArray(new String[0]),
          (shown, at) -> {
            String word = all.get(at);
            String text = context.getString(question, word);
            ask(context, text, yes, () -> remove.accept(word), again);
          });
    }
    dialog.setNegativeButton(android.R.string.cancel, null).show();
  }

  /**
   * Asks a question.
   *
   * @param yes text of the answer that lets {@code action} run
   * @param then runs after either answer
   */
  static void ask(Context context, String question, int yes, Runnable action, Runnable then) {
    new AlertDialog.Builder(context)
        .setMessage(question)
        .setPositiveButton(
            yes,
            (shown, which) -> {
              action.run();
              then.run();
            })
        .setNegativeButton(android.R.string.cancel, (shown, which) -> then.run())
        .show();
  }
}
