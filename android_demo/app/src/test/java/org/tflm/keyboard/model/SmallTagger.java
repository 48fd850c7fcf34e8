package org.tflm.keyboard.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.json.JSONException;
import org.json.JSONObject;
import org.tflm.keyboard.core.Sha256;
import org.tflm.keyboard.core.TagSteps;

/** A tagger that knows a few words of times, and numbers, which may go on with one. */
public final class SmallTagger implements TagSteps {
  static final String FOLDER = "small-tagger";

  private static final AtomicInteger STEPS = new AtomicInteger();
  private static final int NUMBER = 5;
  private static final int[] LABEL_OF_WORD = {0, 0, 1, 2, 2, 3};
  private static final String MANIFEST =
      "{'format_version': 3, 'task': 'tag', 'name': 'small', 'recipe': 'tagger',"
          + "'vocabulary_size': 6, 'state_size': 1, 'minimum_runtime': '1.14.0',"
          + "'operations': {}, 'metrics': {}, 'tagging': {'labels': 4, 'suffix_letters': 0,"
          + "'window': 0, 'previous': 1, 'directions': ['forward']}, 'signature': {"
          + "'inputs': {'token': {'shape': [1]}, 'state': {'shape': [1, 1]}},"
          + "'outputs': {'logits': {'shape': [1, 4]}, 'state': {'shape': [1, 1]}}},"
          + "'text': {'tokenizer': 'marked', 'lower_case': false}}";
  private static final Map<String, String> FILES = new TreeMap<>();

  static {
    FILES.put("model.tflite", "steps");
    FILES.put("vocabulary.txt", "<pad>\n<unk>\ntomorrow\nat\npm\n0\n");
    FILES.put("labels.txt", "O\nB-timeRange\nI-timeRange\nB-party_size_number\n");
    FILES.put(
        "golden.json",
        "{'tolerance': 0.2, 'sequences': [{'text': 'tomorrow', 'words': ['tomorrow'],"
            + "'ids': [[2]], 'labels': ['B-timeRange'], 'steps': {'forward': ["
            + "{'label': 1, 'top': [1], 'logits': [1.0]}]}}]}");
    FILES.put("MODEL_CARD.md", "# small\n");
  }

  /** Returns how many words were read since the tests began. */
  public static int steps() {
    return STEPS.get();
  }

  static InputStream file(String name) throws IOException {
    String content = name.equals("manifest.json") ? manifest() : FILES.get(name);
    return new ByteArrayInputStream(bytes(content));
  }

  private static String manifest() throws IOException {
    try {
      JSONObject listed = new JSONObject();
      for (Map.Entry<String, String> file : FILES.entrySet()) {
        byte[] content = bytes(file.getValue());
        JSONObject entry = new JSONObject().put("bytes", content.length);
        listed.put(file.getKey(), entry.put("sha256", Sha256.of(content)));
      }
      return new JSONObject(MANIFEST).put("files", listed).toString();
    } catch (JSONException error) {
      throw new IOException(error);
    }
  }

  private static byte[] bytes(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int directions() {
    return 1;
  }

  @Override
  public int tokens() {
    return 1;
  }

  @Override
  public int labels() {
    return 4;
  }

  @Override
  public int stateSize(int direction) {
    return 1;
  }

  @Override
  public void read(int direction, int[] tokens, float[] state, float[] logits, float[] next) {
    STEPS.incrementAndGet();
    boolean isInTime = state[0] == 2 || state[0] == 3; // Labels are fed back plus one.
    int label = tokens[0] == NUMBER && isInTime ? 2 : LABEL_OF_WORD[tokens[0]];
    Arrays.fill(logits, 0);
    logits[label] = 1;
    next[0] = label + 1;
  }

  @Override
  public void close() {}
}
