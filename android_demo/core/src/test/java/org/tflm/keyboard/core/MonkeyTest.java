package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.tflm.keyboard.core.FieldPolicy.IME_FLAG_NO_PERSONALIZED_LEARNING;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_DATETIME;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_NUMBER;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_PHONE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_TEXT;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_NUMBER_VARIATION_PASSWORD;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_CHARACTERS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_SENTENCES;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_WORDS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_MULTI_LINE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_NO_SUGGESTIONS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_EMAIL_ADDRESS;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_PASSWORD;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_URI;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_WEB_PASSWORD;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Types at random, always the same way. */
public final class MonkeyTest {
  private static final int SEQUENCES = Integer.getInteger("sequences", 10_000);
  private static final int MOST_KEYS = 40;

  private static final String[] KEYS = {
    "a", "e", "h", "i", "l", "o", "t", "'", "\u2019", ".", ",", "?", "!", ":", ")", "(", "1", "@",
    "\u00E9", "\u0301", "\u200D", "\uD83D\uDE00", "\uD83C\uDFFD", "\uD83C\uDDFA", "\u2026", "\""
  };

  private static final int[] FIELDS = {
    TYPE_CLASS_TEXT,
    TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_CAP_SENTENCES | TYPE_TEXT_FLAG_MULTI_LINE,
    TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_CAP_WORDS,
    TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_CAP_CHARACTERS,
    TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_NO_SUGGESTIONS,
    TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_PASSWORD,
    TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_VISIBLE_PASSWORD,
    TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_WEB_PASSWORD,
    TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_URI,
    TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_EMAIL_ADDRESS,
    TYPE_CLASS_NUMBER,
    TYPE_CLASS_NUMBER | TYPE_NUMBER_VARIATION_PASSWORD,
    TYPE_CLASS_PHONE,
    TYPE_CLASS_DATETIME,
    0,
  };

  private final Random random = new Random(4);
  private final FakeEditor editor = new FakeEditor();
  private final FakeStep step = Models.step();
  private final PersonalWords personal = new PersonalWords(new MemoryStorage());
  private final List<String> learned = new ArrayList<>();
  private long millis;
  private final Typist typist = new Typist(editor, () -> millis, learned::add, () -> {});
  private List<Suggestion> shown = new ArrayList<>();
  private int suggestions;
  private int mostSteps;
  private boolean isSlyApp;

  @Test
  public void sequencesDoNoHarm() throws Exception {
    typeAll();
    assertTrue("" + suggestions, suggestions > SEQUENCES); // The monkey did get some,
    assertTrue("" + mostSteps, mostSteps <= Context.MAX_WORDS + 1); // at a bounded price,
    assertTrue(!personal.words().isEmpty()); // and taught us words,
    assertTrue(personal.words().size() <= PersonalWords.MAX_WORDS); // but not too many.
  }

  @Test
  public void anAppThatAnswersLateOrNeverOrLiesDoesNoHarm() throws Exception {
    isSlyApp = true;
    typeAll();
    assertTrue("" + suggestions, suggestions > SEQUENCES / 10);
    assertTrue("" + mostSteps, mostSteps <= Context.MAX_WORDS + 1);
    assertTrue(personal.words().size() <= PersonalWords.MAX_WORDS);
  }

  private void typeAll() throws Exception {
    personal.setEnabled(true);
    editor.reportTo(typist);
    Predictor predictor = Models.predictor(step, Models.nothingBlocked(), personal);
    Vocabulary vocabulary = Models.vocabulary();
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      start();
      int keys = 1 + random.nextInt(MOST_KEYS);
      for (int key = 0; key < keys; key++) {
        press();
        step.steps = 0;
        look(predictor, vocabulary);
        mostSteps = Math.max(mostSteps, step.steps);
      }
      typist.finish();
      predictor.forget();
      assertNull(typist.request());
    }
  }

  private void start() {
    editor.set(random.nextInt(4) == 0 ? "The weather is nice. Don\u2019t you " : "");
    int incognito = random.nextInt(4) == 0 ? IME_FLAG_NO_PERSONALIZED_LEARNING : 0;
    FieldPolicy field = FieldPolicy.of(FIELDS[random.nextInt(FIELDS.length)], incognito);
    typist.start(field, editor.start, editor.end, null);
  }

  private void press() {
    millis += random.nextInt(2000);
    if (isSlyApp) {
      beSly();
    }
    switch (random.nextInt(16)) {
      case 0:
      case 1:
      case 2:
        typist.space();
        break;
      case 3:
      case 4:
        typist.backspace();
        break;
      case 5:
        typist.pressShift();
        break;
      case 6:
        typist.enter();
        break;
      case 7:
        typist.deleteWord();
        break;
      case 8:
        moveCursor();
        break;
      case 9:
      case 10:
        chooseAny();
        break;
      default:
        typist.type(KEYS[random.nextInt(KEYS.length)]);
    }
  }

  /** Answers late or never, and tells of places and texts that there are not. */
  private void beSly() {
    editor.isSlow = random.nextInt(4) != 0;
    switch (random.nextInt(8)) {
      case 0:
      case 1:
      case 2:
        editor.answer();
        break;
      case 3:
        typist.select(random.nextInt(100) - 2, random.nextInt(100) - 2);
        break;
      case 4:
        editor.lie = random.nextBoolean() ? "\uD83D nonsense \u0301" : "";
        break;
      case 5:
        editor.lie = null;
        break;
      default: // It says nothing.
    }
  }

  private void moveCursor() {
    int start = random.nextInt(editor.text.length() + 1);
    boolean selects = random.nextInt(4) == 0;
    int rest = editor.text.length() - start;
    editor.select(start, start + (selects ? random.nextInt(rest + 1) : 0));
  }

  /** Taps the suggestion bar, which may be that of an earlier text or field. */
  private void chooseAny() {
    if (!shown.isEmpty()) {
      String before = editor.toString();
      typist.choose(shown.get(random.nextInt(shown.size())));
      if (!typist.field().predicts()) {
        assertEquals(before, editor.toString());
      }
    }
  }

  private void look(Predictor predictor, Vocabulary vocabulary) {
    Request request = typist.request();
    if (!typist.field().predicts()) {
      assertNull(request);
    }
    if (!typist.field().learns()) {
      assertTrue(learned.isEmpty());
    }
    for (String word : learned) {
      predictor.learn(word);
    }
    learned.clear();
    if (request == null) {
      return;
    }
    shown = predictor.suggest(request);
    suggestions += shown.size();
    assertTrue(shown.size() <= SuggestionBar.PLACES);
    for (Suggestion suggestion : shown) {
      assertTrue(!suggestion.text().isEmpty());
      int id = vocabulary.id(suggestion.text());
      assertTrue(id == vocabulary.unk() || !vocabulary.isSpecial(id));
      assertTrue(request.before().endsWith(suggestion.replaces()));
    }
  }
}
