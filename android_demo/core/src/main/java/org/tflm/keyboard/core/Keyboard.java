package org.tflm.keyboard.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Which letters the keys of a language have and where they lie, as far as fingers miss them; the
 * same as {@code tflm/text/slips/keyboard.py}.
 */
public enum Keyboard {
  ENGLISH("", "q w e r t y u i o p", "a s d f g h j k l", "z x c v b n m"),
  GERMAN("de", "q w e r t z u i o p ü", "a s d f g h j k l ö ä", "y x c v b n m ß"),
  FRENCH("fr", "a z e r t y u i o p", "q s d f g h j k l m", "w x c v b n '"),
  SPANISH("es", "q w e r t y u i o p", "a s d f g h j k l ñ", "z x c v b n m"),
  PORTUGUESE("pt", "q w e r t y u i o p", "a s d f g h j k l ç", "z x c v b n m"),
  SWEDISH("sv fi", "q w e r t y u i o p å", "a s d f g h j k l ö ä", "z x c v b n m"),
  DANISH("da", "q w e r t y u i o p å", "a s d f g h j k l æ ø", "z x c v b n m"),
  NORWEGIAN("nb nn no", "q w e r t y u i o p å", "a s d f g h j k l ø æ", "z x c v b n m"),
  TURKISH("tr", "q w e r t y u ı o p ğ ü", "a s d f g h j k l ş i", "z x c v b n m ö ç"),
  GREEK("el", "ς ε ρ τ υ θ ι ο π", "α σ δ φ γ η ξ κ λ", "ζ χ ψ ω β ν μ"),
  RUSSIAN("ru", "й ц у к е н г ш щ з х", "ф ы в а п р о л д ж э", "я ч с м и т ь б ю"),
  UKRAINIAN("uk", "й ц у к е н г ш щ з х ї", "ф і в а п р о л д ж є", "я ч с м и т ь б ю"),
  ARABIC("ar", "ض ص ث ق ف غ ع ه خ ح ج", "ش س ي ب ل ا ت ن م ك ط", "ذ ء ؤ ر ى ة و ز ظ د"),
  // InScript, whose letters of the shift key come up where a key is held.
  HINDI("hi", "ौ ै ा ी ू ब ह ग द ज ड", "ो े ् ि ु प र क त च ट", "ॉ ं म न व ल स य ़");

  private static final int SPACE_BEGINS = 2; // The letters of the last row that lie above it.
  private static final int SPACE_ENDS = 7;

  private final List<String> languages;
  private final String[][] rows;

  Keyboard(String languages, String... rows) {
    this.languages = Arrays.asList(languages.split(" "));
    this.rows = Arrays.stream(rows).map(row -> row.split(" ")).toArray(String[][]::new);
  }

  /** Returns that of a language, by its tag of BCP 47; the English one if it has none here. */
  public static Keyboard of(String tag) {
    String language = Locale.forLanguageTag(tag).getLanguage();
    for (Keyboard each : values()) {
      if (each.languages.contains(language)) {
        return each;
      }
    }
    return ENGLISH;
  }

  /** Returns the letters of a row from the top, from left to right. */
  public String[] row(int number) {
    return rows[number].clone();
  }

  /** Returns how many keys stand side by side in the longest row. */
  public int width() {
    return Math.max(rows[0].length, rows[1].length);
  }

  /** Tells whether its letters have capitals, and so a shift key. */
  public boolean hasCapitals() {
    return this != ARABIC && this != HINDI;
  }

  /** Tells whether its text is read from the right. */
  public boolean isFromRight() {
    return this == ARABIC;
  }

  /** Tells keys that share an edge. */
  boolean areNeighbours(int key, int other) {
    for (int row = 0; row < rows.length; row++) {
      int left = left(row, key);
      for (int i = Math.max(0, row - 1); left >= 0 && i <= Math.min(rows.length - 1, row + 1); i++) {
        int otherLeft = left(i, other);
        int halves = Math.abs(left - otherLeft);
        if (otherLeft >= 0 && (i == row ? halves == 2 : halves < 2)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Tells letters above the space bar. */
  boolean isAboveSpace(int key) {
    int place = place(rows.length - 1, key);
    return place >= SPACE_BEGINS && place < SPACE_ENDS && Character.isLetter(key);
  }

  /** Returns where a key begins in a row, in half keys; -1 if it is not there. */
  private int left(int row, int key) {
    int place = place(row, key);
    boolean isCentred = row < rows.length - 1 || hasCapitals(); // Else it begins at the left.
    return place < 0 ? -1 : (isCentred ? width() - rows[row].length : 0) + 2 * place;
  }

  private int place(int row, int key) {
    for (int i = 0; i < rows[row].length; i++) {
      if (rows[row][i].codePointAt(0) == key) {
        return i;
      }
    }
    return -1;
  }
}
