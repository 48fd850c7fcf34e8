package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.tflm.keyboard.core.Suggestion.Kind;

/** What a space writes for a word with a slip, and how that is taken back. */
public final class TypistCorrectionTest extends TypistFixture {
  @Before
  public void correct() {
    typist.setAutoCorrect(true);
    start(PLAIN);
  }

  private void offer(String text, String typed) {
    Suggestion correction = new Suggestion(text, Kind.CORRECTION, typed);
    typist.offer(typist.request(), Collections.singletonList(correction));
  }

  @Test
  public void aSpaceWritesWhatWasMeant() {
    type("see teh");
    offer("the", "teh");
    typist.space();
    assertText("see the ");
    assertEquals(Collections.singletonList("see"), learned);
  }

  @Test
  public void nothingIsCorrectedUnlessTold() {
    typist.setAutoCorrect(false);
    type("teh");
    offer("the", "teh");
    typist.space();
    assertText("teh ");
  }

  @Test
  public void aSuggestionOfAnEarlierTextCorrectsNothing() {
    type("te");
    Request earlier = typist.request();
    type("h");
    Suggestion late = new Suggestion("the", Kind.CORRECTION, "te");
    typist.offer(earlier, Collections.singletonList(late));
    typist.space();
    assertText("teh ");
  }

  @Test
  public void aCompletionCorrectsNothing() {
    type("teh");
    typist.offer(typist.request(), Collections.singletonList(completion("the", "teh")));
    typist.space();
    assertText("teh ");
  }

  @Test
  public void oneBackspaceTakesItBackAndTheNextSpaceLeavesIt() {
    type("teh");
    offer("the", "teh");
    typist.space();
    typist.backspace();
    assertText("teh");
    offer("the", "teh");
    typist.space();
    assertText("teh ");
  }

  @Test
  public void aWordThatWasTakenBackTwiceIsLearned() {
    for (int i = 0; i < 2; i++) {
      start(PLAIN);
      editor.set("");
      type("teh");
      offer("the", "teh");
      typist.space();
      assertText("the ");
      assertEquals(Collections.emptyList(), learned);
      typist.backspace();
    }
    List<String> expected = new ArrayList<>(Collections.nCopies(PersonalWords.TIMES, "teh"));
    assertEquals(expected, learned);
    start(PLAIN);
    offer("the", "teh");
    typist.space();
    assertText("teh ");
  }

  @Test
  public void aFieldThatIsPrivateIsNotCorrected() {
    int noLearning = FieldPolicy.IME_FLAG_NO_PERSONALIZED_LEARNING;
    start(FieldPolicy.of(FieldPolicy.TYPE_CLASS_TEXT, noLearning));
    type("teh");
    offer("the", "teh");
    typist.space();
    assertText("teh ");
  }

  @Test
  public void choosingInsideAWordReplacesAllOfIt() {
    editor.set("See you tom", "orrow, then");
    typist.choose(completion("tomatoes", "tom"));
    assertText("See you tomatoes , then");
    typist.backspace();
    assertText("See you tomorrow, then");
  }

  @Test
  public void theSpaceThatIsThereIsNotWrittenTwice() {
    editor.set("I wan", " to");
    typist.choose(completion("want", "wan"));
    assertText("I want to");
    typist.backspace();
    assertText("I wan to");
  }

  @Test
  public void anApostropheInsideAWordBelongsToIt() {
    editor.set("I d", "on't. It");
    typist.choose(completion("didn't", "d"));
    assertText("I didn't . It");
  }

  @Test
  public void aNextWordLeavesWhatIsBehindTheCursor() {
    editor.set("I ", "to go");
    typist.choose(next("want"));
    assertText("I want to go");
  }

  @Test
  public void aSpaceInsideAWordCorrectsNothing() {
    editor.set("te", "nical");
    type("h");
    offer("the", "teh");
    typist.space();
    assertText("teh nical");
  }

  @Test
  public void aWordBeforeAMarkIsCorrected() {
    editor.set("te", ", yes");
    type("h");
    offer("the", "teh");
    typist.space();
    assertText("the , yes");
  }
}
