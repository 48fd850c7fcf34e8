package org.tflm.keyboard.ime;

import android.content.Context;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.tflm.keyboard.core.Request;
import org.tflm.keyboard.core.SlotAction;

/** What is offered beside suggestions: the text that was just copied, else what a tagger finds. */
final class Offers implements AutoCloseable {
  private final Clipboard clipboard;
  private final Actions actions;
  private final Consumer<String> paste;
  private boolean isCopyOffered;

  /**
   * @param isPrivate whether the field that is typed into is private
   * @param paste writes a text that was copied
   */
  Offers(Context context, BooleanSupplier isPrivate, Consumer<String> paste) {
    clipboard = new Clipboard(context, isPrivate);
    actions = new Actions(context);
    this.paste = paste;
  }

  /** Asks what can be offered; {@code receiver} gets it, or null, now or later. */
  void request(Request request, Consumer<SlotAction> receiver) {
    SlotAction copied = clipboard.offer();
    if (copied != null) {
      actions.forget();
      receiver.accept(copied);
    } else {
      if (isCopyOffered) {
        receiver.accept(null);
      }
      actions.request(request, receiver);
    }
    isCopyOffered = copied != null;
  }

  /** Notes that the text is edited: what was copied is then no longer wanted. */
  void edited() {
    clipboard.dismiss();
  }

  /** Does what was offered. */
  void run(SlotAction action) {
    if (action.kind() == SlotAction.Kind.PASTE) {
      paste.accept(action.sentence());
    } else {
      actions.run(action);
    }
  }

  /** Wipes what tells of the text, and drops what was asked. */
  void forget() {
    actions.forget();
  }

  @Override
  public void close() {
    clipboard.close();
    actions.close();
  }
}
