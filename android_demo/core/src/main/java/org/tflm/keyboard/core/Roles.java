package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
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

  /**
   * @param unk id of the word for all that the vocabulary lacks, or {@link #NONE}
   * @param padding id of what fills windows and is no word, or {@link #NONE}
   * @param neverSuggested ids of words that are read only
   */
  Roles(int unk, int padding, List<Integer> neverSuggested) {
    this.unk = unk;
    this.padding = padding;
    this.neverSuggested = neverSuggested;
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
    Roles roles = new Roles(id(special, "unk"), id(special, "padding"), never);
    List<Integer> all = new ArrayList<>(never);
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
}
