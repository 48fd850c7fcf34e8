package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_TEXT;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_SENTENCES;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_MULTI_LINE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_PASSWORD;

import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.tflm.keyboard.core.Suggestion.Kind;

/** A typist with a chat before it, for tests. */
public abstract class TypistFixture {
  static final FieldPolicy CHAT =
      FieldPolicy.of(
          TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_CAP_SENTENCES | TYPE_TEXT_FLAG_MULTI_LINE, 0);
  static final FieldPolicy PLAIN = FieldPolicy.of(TYPE_CLASS_TEXT, 0);
  static final FieldPolicy PASSWORD =
      FieldPolicy.of(TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_PASSWORD, 0);

  final FakeEditor editor = new FakeEditor();
  final List<String> learned = new ArrayList<>();
  long millis;
  int changes;
  final Typist typist = new Typist(editor, () -> millis, learned::add, () -> changes++);

  @Before
  public void startChatting() {
    editor.reportTo(typist);
    start(CHAT);
  }

  /** Touches a field that has the text of the one before. */
  void start(FieldPolicy field) {
    typist.start(field, editor.start, editor.end, null);
  }

  /** Types text letter by letter, slowly; capitals are those of the shift key. */
  void type(String text) {
    for (int i = 0; i < text.length(); i++) {
      millis += 5000;
      if (text.charAt(i) == ' ') {
        typist.space();
      } else {
        typist.type(text.substring(i, i + 1));
      }
    }
  }

  static Suggestion completion(String text, String typed) {
    return new Suggestion(text, Kind.COMPLETION, typed);
  }

  static Suggestion next(String text) {
    return new Suggestion(text, Kind.NEXT, "");
  }

  void assertText(String expected) {
    assertEquals(expected, editor.toString());
  }
}
