package org.tflm.keyboard.core;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** Reads {@code pieces.json}, as {@code tflm/text/piece_table} writes it. */
final class PieceTable {
  private PieceTable() {}

  /**
   * Returns what splits text as a table says.
   *
   * @param words the pieces, by id
   * @throws BundleException it is for Python alone, or for a newer app
   */
  static Pieces read(JSONObject table, List<String> words)
      throws JSONException, BundleException {
    BundleException.require(
        !table.has("refused"),
        "this app cannot split text as the model does, with "
            + table.optString("refused")
            + ": tflm suggest can");
    Map<String, Integer> ids = new HashMap<>(2 * words.size());
    for (int id = 0; id < words.size(); id++) {
      ids.put(words.get(id), id);
    }
    return new Pieces(table, ids, model(table, ids));
  }

  private static PieceModel model(JSONObject table, Map<String, Integer> ids)
      throws JSONException, BundleException {
    String model = table.getString("model");
    switch (model) {
      case "unigram":
        return new UnigramPieces(ids, scores(table), table.getBoolean("single"));
      case "bpe":
        return table.has("merges") ? merges(table, ids) : byScore(scores(table), ids);
      case "word_piece":
        return new LongestPieces(
            ids.keySet(), table.getString("continues"), table.getInt("longest"));
      default:
        throw new BundleException("pieces by '" + model + "' are not known: update the app");
    }
  }

  private static PieceModel merges(JSONObject table, Map<String, Integer> ids)
      throws JSONException {
    Map<String, Integer> ranks = new HashMap<>();
    JSONArray merges = table.getJSONArray("merges");
    for (int rank = 0; rank < merges.length(); rank++) {
      ranks.put(String.join("\n", Json.strings(merges.getJSONArray(rank))), rank);
    }
    return new PairPieces(
        (left, right) -> {
          Integer rank = ranks.get(left + "\n" + right);
          return rank == null ? PairPieces.NEVER : rank;
        },
        table.getBoolean("whole") ? ids.keySet() : Collections.<String>emptySet());
  }

  private static PieceModel byScore(double[] scores, Map<String, Integer> ids) {
    return new PairPieces(
        (left, right) -> {
          Integer id = ids.get(left + right);
          return id == null || Double.isNaN(scores[id]) ? PairPieces.NEVER : -scores[id];
        },
        Collections.<String>emptySet());
  }

  /** Returns the score of each piece, NaN for one that no text becomes. */
  private static double[] scores(JSONObject table) throws JSONException {
    JSONArray listed = table.getJSONArray("scores");
    double[] scores = new double[listed.length()];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = listed.isNull(id) ? Double.NaN : listed.getDouble(id);
    }
    return scores;
  }
}
