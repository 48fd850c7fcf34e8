package org.tflm.keyboard.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** Splits text in pieces of words, by a table: see {@code docs/tokenizer.md}. */
final class Pieces extends Splitter {
  static final String SPACES =
      "\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

  private static final String LETTERS =
      "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d";
  private static final String MARKS = "!-/:-@\\[-`\\{-~\\p{P}";
  private static final Map<String, String> SPLITS = splits();

  private final Map<String, Integer> ids;
  private final PieceModel model;
  private final PieceNormalizer normalizer;
  private final Pattern parts;
  private final Pattern added; // Null if there are none.
  private final Set<Integer> unreachable = new HashSet<>();
  private final List<String> texts;
  private final String prefix;
  private final String mark;
  private final String bytes;
  private final String fuses;

  /**
   * @param table what {@link PieceTable} reads
   * @param ids of the pieces
   * @param model splits what the table calls a word
   */
  Pieces(JSONObject table, Map<String, Integer> ids, PieceModel model)
      throws JSONException, BundleException {
    this.ids = ids;
    this.model = model;
    normalizer = new PieceNormalizer(table.getJSONArray("normalizer"));
    String split = table.getString("split");
    BundleException.require(
        SPLITS.containsKey(split), "words by '" + split + "' are not known: update the app");
    parts = Pattern.compile(SPLITS.get(split), Pattern.DOTALL);
    added = added(Json.strings(table.getJSONArray("added")));
    JSONArray scores = table.optJSONArray("scores");
    for (int id = 0; scores != null && id < scores.length(); id++) {
      if (scores.isNull(id)) {
        unreachable.add(id);
      }
    }
    texts = Json.strings(table.getJSONArray("texts"));
    prefix = table.isNull("prefix") ? "" : table.getString("prefix");
    mark = table.isNull("space") ? " " : table.getString("space");
    bytes = table.isNull("bytes") ? "" : table.getString("bytes");
    fuses = table.isNull("fuses") ? "" : table.getString("fuses");
  }

  @Override
  List<String> texts() {
    return texts;
  }

  /** Returns a text as its pieces write it. */
  @Override
  String lower(String text) {
    return normalizer.normalize(text).trim();
  }

  @Override
  List<String> words(String text) {
    return split(text);
  }

  @Override
  List<String> split(String text) {
    List<String> found = new ArrayList<>();
    int start = 0;
    Matcher matcher = added == null ? null : added.matcher(text);
    while (matcher != null && matcher.find()) {
      addSection(text.substring(start, matcher.start()), start == 0, found);
      found.add(matcher.group());
      start = matcher.end();
    }
    addSection(text.substring(start), start == 0, found);
    return fuses.equals("text") ? fused(found) : found;
  }

  /** Adds the pieces of what stands between pieces that were added to the library's. */
  private void addSection(String text, boolean isFirst, List<String> found) {
    String made = normalizer.normalize(text);
    if (made.isEmpty()) {
      return;
    }
    made = made.replace(" ", mark);
    boolean asked = prefix.equals("absent") || (prefix.equals("first") && isFirst);
    if (prefix.equals("always") || (asked && !made.startsWith(mark))) {
      made = mark + made;
    }
    Matcher matcher = parts.matcher(made);
    while (matcher.find()) {
      String word = bytes.equals("level") ? inBytes(matcher.group()) : matcher.group();
      List<String> pieces = model.split(word);
      for (String piece : fuses.equals("word") ? fused(pieces) : pieces) {
        found.addAll(isKnown(piece) ? Collections.singletonList(piece) : fallback(piece));
      }
    }
  }

  private boolean isKnown(String piece) {
    Integer id = ids.get(piece);
    return id != null && !unreachable.contains(id);
  }

  /** Returns the bytes of an unknown piece, where there are pieces for them. */
  private List<String> fallback(String piece) {
    List<String> found = new ArrayList<>();
    for (byte each : piece.getBytes(StandardCharsets.UTF_8)) {
      found.add(String.format(Locale.ROOT, "<0x%02X>", each & 0xFF));
    }
    boolean all = bytes.equals("fallback") && ids.keySet().containsAll(found);
    return all ? found : Collections.singletonList(piece);
  }

  /** Returns pieces, of which unknown neighbours are one. */
  private List<String> fused(List<String> pieces) {
    List<String> found = new ArrayList<>();
    boolean wasKnown = true;
    for (String piece : pieces) {
      boolean known = ids.containsKey(piece);
      if (known || wasKnown) {
        found.add(piece);
      } else {
        int last = found.size() - 1;
        found.set(last, found.get(last) + piece);
      }
      wasKnown = known;
    }
    return found;
  }

  /** Returns bytes as the printable characters that stand for them. */
  private static String inBytes(String text) {
    StringBuilder made = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      made.append(BYTES.charAt(each & 0xFF));
    }
    return made.toString();
  }

  private static final String BYTES = bytes();

  private static String bytes() {
    StringBuilder made = new StringBuilder();
    char other = 256;
    for (char value = 0; value < 256; value++) {
      boolean printable = (value > 32 && value < 127) || (value > 160 && value != 173);
      made.append(printable ? value : other++);
    }
    return made.toString();
  }

  /** Returns the search for any of these pieces, the longest first. */
  private static Pattern added(List<String> pieces) {
    List<String> longest = new ArrayList<>(pieces);
    longest.sort((a, b) -> b.length() - a.length());
    longest.replaceAll(Pattern::quote);
    return longest.isEmpty() ? null : Pattern.compile(String.join("|", longest));
  }

  private static Map<String, String> splits() {
    Map<String, String> found = new HashMap<>();
    String s = SPACES;
    found.put("text", ".+");
    found.put("each", "\u2581[^\u2581]*|[^\u2581]+");
    found.put("runs", "\u2581*[^\u2581]+|\u2581+");
    found.put(
        "gpt2",
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+"
            + "| ?[^" + s + "\\p{L}\\p{N}]+|[" + s + "]+(?![^" + s + "])|[" + s + "]+");
    found.put("words", "[" + LETTERS + "]+|[^" + LETTERS + s + "]+");
    found.put("white space", "[^" + s + "]+");
    found.put("bert", "[" + MARKS + "]|[^" + MARKS + s + "]+");
    return found;
  }
}
