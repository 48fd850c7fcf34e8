package org.tflm.keyboard.core;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;

public final class TaggerBundleTest {
  private final WrittenBundle bundle = new WrittenBundle();

  @Before
  public void write() {
    bundle.put("model.tflite", "not a model, but bytes");
    bundle.put("vocabulary.txt", "<pad>\n<unk>\nat\n0\n");
    bundle.put("suffixes.txt", "<pad>\n<unk>\n-at\n");
    bundle.put("labels.txt", "O\nB-time\nI-time\n");
    bundle.put("golden.json", "{}");
    bundle.put("MODEL_CARD.md", "# small\n");
    bundle
        .manifest
        .put("format_version", 3)
        .put("task", "tag")
        .put("name", "small")
        .put("recipe", "tagger, int8")
        .put("vocabulary_size", 4)
        .put("state_size", 5)
        .put("minimum_runtime", "2.9.0")
        .put("operations", new JSONObject().put("ADD", 2))
        .put("metrics", new JSONObject().put("span_f1", 0.9))
        .put("tagging", tagging("forward", "backward"))
        .put("signature", signature(6, 5, 3))
        .put("text", new JSONObject().put("tokenizer", "marked").put("lower_case", false));
    bundle.list();
  }

  private static JSONObject tagging(String... directions) {
    return new JSONObject()
        .put("labels", 3)
        .put("suffix_letters", 2)
        .put("window", 1)
        .put("previous", 4)
        .put("directions", new JSONArray(directions));
  }

  private static JSONObject signature(int tokens, int state, int labels) {
    JSONObject states = shape(1, state);
    JSONObject inputs = new JSONObject().put("token", shape(tokens)).put("state", states);
    JSONObject outputs = new JSONObject().put("logits", shape(1, labels)).put("state", states);
    return new JSONObject().put("inputs", inputs).put("outputs", outputs);
  }

  private static JSONObject shape(int... sizes) {
    return new JSONObject().put("shape", new JSONArray(sizes));
  }

  private TaggerBundle read() throws BundleException {
    return TaggerBundle.read(bundle.files());
  }

  private void assertRefused(String part) {
    WrittenBundle.assertRefused(part, this::read);
  }

  @Test
  public void tellsWhatItsFilesTell() throws Exception {
    TaggerBundle read = read();
    assertEquals("small", read.name());
    assertEquals(5, read.stateSize());
    assertEquals(0.9, read.metrics().get("span_f1"), 0);
    assertEquals(Arrays.asList("O", "B-time", "I-time"), read.lexicon().labels());
    assertEquals(2, read.reading().directions());
    List<String> words = read.rules().split("At 7!");
    assertEquals(Arrays.asList("At", "7", "!"), words);
    assertArrayEquals(new int[][] {{2, 3, 1}, {1, 1, 1}}, read.lexicon().encode(words));
    assertEquals(Task.TAG, BundleFiles.task(bundle.files()));
  }

  @Test
  public void suffixesMayNotBeRead() throws Exception {
    bundle.manifest.getJSONObject("tagging").put("suffix_letters", 0);
    bundle.files.remove("suffixes.txt");
    bundle.manifest.put("signature", signature(3, 5, 3));
    bundle.list();
    assertEquals(1, read().lexicon().columns());
  }

  @Test
  public void aModelOfTheBundlesSizesIsOpened() throws Exception {
    FakeTagSteps steps = new FakeTagSteps(2, 6, 3, 4);
    try (Tagger tagger = new Tagger(steps, read())) {
      assertEquals(3, tagger.label(tagger.words("at 7 !")).size());
      assertEquals(6, steps.steps);
    }
    assertTrue(steps.closed);
  }

  @Test
  public void aModelOfOtherSizesIsRefused() {
    assertUnfit("1 directions and the bundle says 2", new FakeTagSteps(1, 6, 3, 4));
    assertUnfit("3 ids a word and the bundle says 6", new FakeTagSteps(2, 3, 3, 4));
    assertUnfit("4 labels and the bundle says 3", new FakeTagSteps(2, 6, 4, 4));
    assertUnfit("6 numbers of state and the bundle says 5", new FakeTagSteps(2, 6, 3, 5));
  }

  private void assertUnfit(String part, TagSteps steps) {
    WrittenBundle.assertRefused(part, () -> new Tagger(steps, read()));
  }

  @Test
  public void aLanguageModelsBundleIsRefused() {
    WrittenBundle.assertRefused(
        "is a language model's bundle, which suggests words: give a tagger's",
        () -> TaggerBundle.read(Repository.keyboard()));
    WrittenBundle.assertRefused("give a language model's", () -> Bundle.read(bundle.files()));
  }

  @Test
  public void aFileThatIsNotNamedIsMissed() {
    for (String name : new String[] {"labels.txt", "suffixes.txt"}) {
      write();
      bundle.manifest.getJSONObject("files").remove(name);
      assertRefused("names no " + name);
    }
  }

  @Test
  public void whatDisagreesIsRefused() {
    bundle.manifest.getJSONObject("tagging").put("labels", 4);
    assertRefused("says 4 for labels, not 3");
    write();
    bundle.manifest.put("signature", signature(6, 5, 4));
    assertRefused("says 4 for logits, not 3");
    write();
    bundle.manifest.put("signature", signature(2, 5, 3));
    assertRefused("says 2 for token input, not 6");
    write();
    bundle.manifest.put("state_size", 4);
    assertRefused("says 5 for state input, not 4");
  }

  @Test
  public void aWayToReadThatIsNotKnownIsRefused() {
    bundle.manifest.put("tagging", tagging("backward", "forward"));
    assertRefused("the tagger reads [backward, forward] with a window of 1: update the app");
    bundle.manifest.put("tagging", tagging("forward").put("window", -1));
    assertRefused("with a window of -1");
    bundle.manifest.remove("tagging");
    assertRefused("manifest.json is incomplete");
  }

  @Test
  public void listsThatAreTooShortAreRefused() {
    bundle.put("labels.txt", "O\n");
    bundle.list();
    assertRefused("labels.txt has one label");
    write();
    bundle.put("vocabulary.txt", "<pad>\n");
    bundle.list();
    assertRefused("vocabulary.txt has no word for those that are not known");
  }
}
