package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;

public final class ActionFinderTest {
  private static final List<String> WORDS =
      Arrays.asList("<pad>", "<unk>", "tomorrow", "at", "pm", "paris", "0", "?");
  private static final List<String> LABELS =
      Arrays.asList("O", "B-timeRange", "I-timeRange", "B-city", "B-party_size_number");

  /** What each of the words is; a number and a mark may go on with a time. */
  private static final int[] LABEL = {0, 0, 1, 2, 2, 3, 4, 0};

  private final FakeTagSteps steps =
      new FakeTagSteps(1, 1, LABELS.size(), 1) {
        @Override
        public void read(int direction, int[] read, float[] state, float[] logits, float[] next) {
          steps++;
          boolean isInTime = state[1] == 2 || state[1] == 3; // Plus one.
          int label = read[0] >= 6 && isInTime ? 2 : LABEL[read[0]];
          Arrays.fill(logits, 0);
          logits[label] = 1;
          next[1] = label + 1;
        }
      };
  private ActionFinder finder;

  @Before
  public void open() throws Exception {
    Roles roles = new Roles(1, 0, Collections.<Integer>emptyList());
    Lexicon lexicon = new Lexicon(new Vocabulary(WORDS, roles), null, 0, LABELS);
    JSONObject forward =
        new JSONObject()
            .put("window", 0)
            .put("previous", 1)
            .put("directions", new JSONArray().put("forward"));
    List<String> none = Collections.emptyList();
    Splitter marked = new Marked(false, Locale.ROOT, none, none, mark -> true);
    TextRules rules =
        new TextRules(marked, Locale.ROOT, Collections.<String, String>emptyMap());
    finder = new ActionFinder(new Tagger(steps, rules, lexicon, Reading.of(forward)));
  }

  private SlotAction find(String before) {
    return finder.find(new Request(before, Shift.OFF, false, false));
  }

  @Test
  public void aTimeGoesIntoTheCalendarWithItsSentence() {
    SlotAction found = find("See you. Dinner with Anna tomorrow at 7 pm, ok");
    assertEquals(SlotAction.Kind.CALENDAR, found.kind());
    assertEquals("tomorrow at 7 pm", found.text());
    assertEquals("Dinner with Anna tomorrow at 7 pm, ok", found.sentence());
  }

  @Test
  public void theLastOfSeveralIsOffered() {
    SlotAction found = find("tomorrow, for 4");
    assertEquals(SlotAction.Kind.COPY, found.kind());
    assertEquals("4", found.text());
  }

  @Test
  public void timesWithAWordBetweenAreOne() {
    assertEquals("tomorrow or tomorrow", find("see you tomorrow or tomorrow").text());
    assertEquals("tomorrow", find("tomorrow and not tomorrow").text());
    assertEquals("4", find("for 4 or 4").text());
  }

  @Test
  public void aMarkThatIsTakenForATimeIsLeftOut() {
    assertEquals("tomorrow at 7", find("so, tomorrow at 7?").text());
  }

  @Test
  public void otherSpansAreNotOffered() {
    assertNull(find("to Paris"));
    assertNull(find(""));
    assertNull(find(" \n"));
    assertEquals("tomorrow", find("tomorrow to Paris").text());
  }

  @Test
  public void nothingIsReadInAPrivateField() {
    assertNull(finder.find(new Request("tomorrow", Shift.OFF, true, false)));
    assertEquals(0, steps.steps);
  }

  @Test
  public void aSpaceCostsNoStep() {
    find("see you tomorrow");
    assertEquals(3, steps.steps);
    assertEquals("tomorrow", find("see you tomorrow ").text());
    assertEquals(3, steps.steps);
  }

  @Test
  public void whatIsForgottenIsReadAnew() {
    find("tomorrow");
    finder.forget();
    find("tomorrow");
    assertEquals(2, steps.steps);
  }

  @Test
  public void closingClosesTheModel() {
    assertFalse(steps.closed);
    finder.close();
    assertTrue(steps.closed);
  }

  @Test
  public void aSentenceBeginsBehindAMarkOrALinesEnd() {
    assertEquals("and now?", ActionFinder.lastSentence("What? Yes! and now? "));
    assertEquals("b", ActionFinder.lastSentence("a\nb"));
    assertEquals("at 7 p.m. on 3.5", ActionFinder.lastSentence("Go! at 7 p.m. on 3.5"));
    assertEquals("See you", ActionFinder.lastSentence("On 3.5. See you"));
    assertEquals("", ActionFinder.lastSentence(""));
  }

  @Test
  public void ofALongSentenceTheEndIsRead() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 5000) {
      text.append("word ");
    }
    String read = ActionFinder.lastSentence(text + "tomorrow");
    assertTrue(read.length() <= 300);
    assertTrue(read, read.startsWith("word ") && read.endsWith(" tomorrow"));
    assertEquals("tomorrow", find(text + "tomorrow").text());
  }

  @Test
  public void typedQuotationMarksAreFound() {
    assertEquals("tomorrow", find("it\u2019s \u201Ctomorrow\u201D\u2026").text());
  }

  @Test
  public void noActionTellsItsText() {
    assertEquals("SlotAction CALENDAR", find("tomorrow").toString());
  }
}
