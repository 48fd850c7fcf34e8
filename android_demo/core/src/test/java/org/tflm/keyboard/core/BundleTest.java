package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;

public final class BundleTest {
  private final WrittenBundle bundle = new WrittenBundle();
  private final Map<String, byte[]> files = bundle.files;
  private final JSONObject manifest = bundle.manifest;

  @Before
  public void write() {
    put("model.tflite", "not a model, but bytes");
    put("vocabulary.txt", "<eos>\n<unk>\ni\nthe\n");
    put("golden.json", "{}");
    put("MODEL_CARD.md", "# small\n");
    JSONObject words = new JSONObject().put("shape", new JSONArray("[1, 4]"));
    JSONObject state = new JSONObject().put("shape", new JSONArray("[1, 3]"));
    manifest
        .put("format_version", 1)
        .put("name", "small")
        .put("recipe", "int8")
        .put("vocabulary_size", 4)
        .put("state_size", 3)
        .put("minimum_runtime", "2.9.0")
        .put("special_ids", new JSONObject().put("eos", 0).put("unk", 1))
        .put("operations", new JSONObject().put("ADD", 2))
        .put("metrics", new JSONObject().put("tokens", 7).put("perplexity", 36.5))
        .put(
            "signature",
            new JSONObject()
                .put("inputs", new JSONObject().put("state", state))
                .put("outputs", new JSONObject().put("logits", words).put("state", state)))
        .put(
            "text",
            new JSONObject()
                .put("tokenizer", "typed")
                .put("lower_case", true)
                .put("display", new JSONObject().put("i", "I")));
    list();
  }

  private void put(String name, String content) {
    bundle.put(name, content);
  }

  private void list() {
    bundle.list();
  }

  private Bundle read() throws BundleException {
    return Bundle.read(bundle.files());
  }

  private void assertRefused(String part) {
    WrittenBundle.assertRefused(part, this::read);
  }

  @Test
  public void tellsWhatTheManifestTells() throws Exception {
    Bundle bundle = read();
    assertEquals("small", bundle.name());
    assertEquals("int8", bundle.recipe());
    assertEquals(4, bundle.vocabulary().size());
    assertEquals("I", bundle.rules().display("i"));
    assertEquals(Arrays.asList("a", "."), bundle.rules().split("a."));
    assertEquals("a", bundle.rules().lower("A"));
    assertEquals(3, bundle.stateSize());
    assertEquals("2.9.0", bundle.minimumRuntime());
    assertEquals(Integer.valueOf(2), bundle.operations().get("ADD"));
    assertEquals(36.5, bundle.metrics().get("perplexity"), 0);
    assertEquals("# small\n", bundle.card());
    assertEquals(22, bundle.modelBytes());
    assertEquals(64, bundle.modelSha256().length());
    assertEquals("en", bundle.language());
    manifest.getJSONObject("text").put("locale", "de");
    assertEquals("de", read().language());
    manifest.put("language", "gsw");
    assertEquals("gsw", read().language());
  }

  @Test
  public void splitsInPiecesAsItsTableSays() throws Exception {
    manifest.getJSONObject("text").put("tokenizer", "subwords");
    assertRefused("has no pieces.json: export the model again");
    put("pieces.json", "{\"refused\": \"the normalizer Precompiled\"}");
    list();
    assertRefused("with the normalizer Precompiled: tflm suggest can");
    put(
        "pieces.json",
        "{'model': 'word_piece', 'continues': '', 'longest': 9, 'normalizer': [], 'added': [],"
            + "'split': 'text', 'texts': ['', '', 'i', 'the']}");
    list();
    assertEquals(Arrays.asList("i", "the", "i"), read().rules().words("ithei"));
  }

  @Test
  public void aTextBeginsWithWhatTheManifestSays() throws Exception {
    assertEquals(Arrays.asList(0), read().start());
    manifest.put("format_version", 2);
    manifest.put("protocol", new JSONObject().put("start", new JSONArray("[2, 2]")));
    assertEquals(Arrays.asList(2, 2), read().start());
    manifest.put("protocol", new JSONObject().put("start", new JSONArray("[4]")));
    assertRefused("begins a text with 4 of 4");
  }

  @Test
  public void noWordNeedsToEndSentencesOrStandForOthers() throws Exception {
    JSONObject special = new JSONObject("{\"eos\": null, \"unk\": null, \"padding\": 3}");
    manifest.put("special_ids", special.put("never_suggested", new JSONArray("[2, 3]")));
    manifest.put("format_version", 2);
    manifest.put("protocol", new JSONObject().put("start", new JSONArray()));
    Vocabulary words = read().vocabulary();
    assertEquals(Vocabulary.SKIPPED, words.id("zebra"));
    assertEquals(Vocabulary.SKIPPED, words.id("the")); // Which fills windows.
    assertTrue(words.isSpecial(2));
    assertEquals(2, words.id("i"));
  }

  @Test
  public void readsTheKeyboardsOwn() throws Exception {
    Bundle bundle = Bundle.read(Repository.keyboard());
    assertEquals(bundle.vocabulary().size(), 14_000);
    assertTrue(bundle.stateSize() > 0);
    assertTrue(bundle.card().startsWith("# " + bundle.name()));
    assertFalse(bundle.operations().isEmpty());
    assertTrue(bundle.metrics().containsKey("perplexity"));
  }

  @Test
  public void anotherFormatIsRefused() {
    manifest.put("format_version", 4);
    assertRefused("is of format 4, this keyboard reads 1 to 3");
  }

  @Test
  public void aBundleOfAnotherTaskIsRefused() {
    manifest.put("format_version", 3).put("task", "tag");
    assertRefused("small is a tagger's bundle, which labels words: give a language model's");
    manifest.put("task", "translate");
    assertRefused("is for the task 'translate'");
  }

  @Test
  public void whatIsNoBundleIsRefused() {
    BundleException error =
        assertThrows(
            BundleException.class,
            () -> Bundle.read(Repository.memory(new HashMap<String, byte[]>())));
    assertTrue(error.getMessage().contains("no readable manifest.json"));
    put("manifest.json", "{ half");
    error = assertThrows(BundleException.class, () -> Bundle.read(Repository.memory(files)));
    assertTrue(error.getMessage().contains("no readable manifest.json"));
  }

  @Test
  public void aMissingFileIsNamed() {
    for (String name : new String[] {"model.tflite", "vocabulary.txt", "golden.json"}) {
      write();
      files.remove(name);
      assertRefused(name + " is missing");
    }
  }

  @Test
  public void aFileThatTheManifestDoesNotNameIsMissed() {
    manifest.getJSONObject("files").remove("model.tflite");
    assertRefused("names no model.tflite");
  }

  @Test
  public void aChangedFileIsNamedWithItsHash() {
    put("model.tflite", "not a model, but bytez");
    assertRefused("model.tflite was changed: its SHA-256 is ");
  }

  @Test
  public void aFileThatWasCutOffIsNamedWithItsSize() {
    put("model.tflite", "not a model");
    assertRefused("model.tflite has 11 bytes, the manifest says 22");
  }

  @Test
  public void sizesThatDisagreeAreRefused() {
    manifest.put("vocabulary_size", 5);
    assertRefused("says 5 for vocabulary_size, not 4");
    write();
    manifest.put("state_size", 4);
    assertRefused("says 3 for state input, not 4");
    write();
    manifest.getJSONObject("special_ids").put("eos", 4);
    assertRefused("has the special id 4 of 4");
  }

  @Test
  public void whatIsNoVocabularyIsRefused() {
    for (String words : new String[] {"<eos>\n<unk>\na\na\n", "<eos>\n\n"}) {
      put("vocabulary.txt", words);
      list();
      assertRefused("vocabulary.txt: ");
    }
    files.put("vocabulary.txt", new byte[] {(byte) 0xff, '\n'});
    list();
    assertRefused("vocabulary.txt is not UTF-8 text");
  }

  @Test
  public void anUnknownTokenizerIsRefused() {
    manifest.getJSONObject("text").put("tokenizer", "pieces");
    assertRefused("text rules 'pieces' are not known");
  }

  @Test
  public void anIncompleteManifestIsRefused() {
    for (String key : new String[] {"text", "signature", "files", "operations", "name"}) {
      write();
      manifest.remove(key);
      assertRefused("manifest.json is incomplete");
    }
  }

  @Test
  public void noFileOutsideIsOpened() {
    manifest.getJSONObject("files").put("../secret", new JSONObject());
    assertRefused("outside the bundle");
  }

  @Test
  public void anOlderRuntimeIsRefused() throws Exception {
    Bundle bundle = read();
    bundle.checkRuntime("2.9.0");
    bundle.checkRuntime("2.16.1");
    bundle.checkRuntime("3");
    for (String version : new String[] {"2.8.9", "1.14.0", "2", "unknown"}) {
      BundleException error =
          assertThrows(BundleException.class, () -> bundle.checkRuntime(version));
      assertTrue(error.getMessage().contains("needs TensorFlow Lite 2.9.0"));
    }
  }
}
