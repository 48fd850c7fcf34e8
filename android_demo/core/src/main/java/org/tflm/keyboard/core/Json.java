package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** What Android's own JSON lacks. */
final class Json {
  private Json() {}

  /** Returns the keys of an object, for one loop. */
  static Iterable<String> keys(JSONObject object) {
    Iterator<String> keys = object.keys();
    return () -> keys;
  }

  static List<String> strings(JSONArray array) throws JSONException {
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < array.length(); i++) {
      strings.add(array.getString(i));
    }
    return strings;
  }
}
