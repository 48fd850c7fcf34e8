package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** What some words of a vocabulary stand for, as {@code tflm/text/roles.py}. */
final class Roles {
  /** The id of a word that there is not. */
  static final int NONE = -1;

  private final int unk;
  private final int padding;
  private final List<Integer> neverSuggested;
  private final Map<String, Integer> spellings;

  /**
   * @param unk id of the word for all that the vocabulary lacks, or {@link #NONE}
   * @param padding id of what fills windows and is no word, or {@link #NONE}
   * @param neverSuggested ids of words that are read only
   */
  Roles(int unk, int padding, List<Integer> neverSuggested) {
    this(unk, padding, neverSuggested, Collections.<String, Integer>emptyMap());
  }

  /**
   * @param spellings words that the vocabulary lacks, such as {@code dont}, and the ids of those
   *     that they are read as
   */
  Roles(
      int unk, int padding, List<Integer> neverSuggested, Map<String, Integer> spellings) {
    this.unk = unk;
    this.padding = padding;
    this.neverSuggested = neverSuggested;
    this.spellings = spellings;
  }

  /**
   * Returns the roles that a manifest has under {@code special_ids}.
   *
   * @param size of the vocabulary, below which the ids are
   */
  static Roles of(JSONObject special, int size) throws JSONException, BundleException {
    List<Integer> never = new ArrayList<>();
    JSONArray listed = special.optJSONArray("never_suggested");
    for (int i = 0; listed != null && i < listed.length(); i++) {
      never.add(listed.getInt(i));
    }
    int eos = id(special, "eos");
    Map<String, Integer> spellings = spellings(special.optJSONObject("spellings"));
    Roles roles = new Roles(id(special, "unk"), id(special, "padding"), never, spellings);
    List<Integer> all = new ArrayList<>(never);
    all.addAll(spellings.values());
    all.add(eos);
    all.add(roles.unk);
    all.add(roles.padding);
    for (int id : all) {
      BundleException.require(
          id >= NONE && id < size,
          BundleFiles.MANIFEST + " has the special id " + id + " of " + size + ": export again");
    }
    return roles;
  }

  private static Map<String, Integer> spellings(JSONObject listed) throws JSONException {
    Map<String, Integer> spellings = new HashMap<>();
    if (listed != null) {
      for (Iterator<String> words = listed.keys(); words.hasNext(); ) {
        String word = words.next();
        spellings.put(word, listed.getInt(word));
      }
    }
    return spellings;
  }

  private static int id(JSONObject special, String name) throws JSONException {
    return special.isNull(name) ? NONE : special.getInt(name);
  }

  int unk() {
    return unk;
  }

  int padding() {
    return padding;
  }

  List<Integer> neverSuggested() {
    return neverSuggested;
  }

  Map<String, Integer> spellings() {
    return spellings;
  }
}
