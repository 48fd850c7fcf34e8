package org.tflm.keyboard.ui;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tflm.keyboard.core.FieldPolicy.Kind;
import org.tflm.keyboard.ui.Key.Role;

/** Which keys there are, and where: letters, two pages of symbols, and number pads. */
final class Layouts {
  /** A set of keys that are seen together. */
  enum Page {
    LETTERS,
    SYMBOLS,
    MORE,
    PAD,
    EMOJI
  }

  private static final Map<String, String> ALTERNATIVES = new HashMap<>();

  static {
    String[] all = {
      ". ? ! ' \" : - …", ", ; : ' \" ( )",
      "@ , ; : ' \"", "/ .com .org .net : - _", "1 ¹ ½ ⅓ ¼", "2 ² ⅔", "3 ³ ¾", "4 ⁴",
      "0 ⁿ ∅", "$ € £ ¥ ¢ ₹", "- – — ·", "+ ±", "( [ { <", ") ] } >", "* † ‡ ★",
      "\" “ ” « »", "' ‘ ’ ‹ ›", "! ¡", "? ¿", "# №", "% ‰", "= ≠ ≈ ∞", "° ′ ″"
    };
    for (String line : all) {
      ALTERNATIVES.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
    }
  }

  private Layouts() {}

  /** Returns the page on which typing into a field begins. */
  static Page first(Kind kind) {
    switch (kind) {
      case NUMBER:
      case PHONE:
      case DATE_TIME:
        return Page.PAD;
      default:
        return Page.LETTERS;
    }
  }

  /**
   * Returns the rows of a page, from top to bottom.
   *
   * @param letters of the language
   */
  static List<List<Key>> rows(Page page, Arrangement arrangement, Letters letters) {
    List<List<Key>> rows = unsplit(page, arrangement, letters);
    return arrangement.isSplit && page != Page.PAD ? SplitRows.of(rows) : rows;
  }

  private static List<List<Key>> unsplit(Page page, Arrangement arrangement, Letters letters) {
    boolean globe = arrangement.hasGlobe;
    switch (page) {
      case SYMBOLS:
        return Arrays.asList(
            row("1 2 3 4 5 6 7 8 9 0"),
            row("@ # $ _ & - + ( ) /"),
            between(Key.of(Role.MORE), "* \" ' : ; ! ?"),
            bottom(Role.LETTERS, ",", ".", globe));
      case MORE:
        return Arrays.asList(
            row("~ ` | • √ π ÷ × § ∆"),
            row("£ ¢ € ¥ ^ ° = { } \\"),
            between(Key.of(Role.SYMBOLS), "% © ® ™ ✓ [ ]"),
            bottom(Role.LETTERS, "<", ">", globe));
      case PAD:
        return pad(arrangement.kind);
      case EMOJI:
        return Arrays.asList(emoji());
      default:
        return letters(arrangement, letters);
    }
  }

  private static List<List<Key>> letters(Arrangement arrangement, Letters letters) {
    Kind kind = arrangement.kind;
    int width = letters.keyboard().width();
    List<List<Key>> rows = new ArrayList<>();
    if (arrangement.hasNumbers) {
      rows.add(row("1 2 3 4 5 6 7 8 9 0"));
    }
    rows.add(centred(letters(letters, 0, !arrangement.hasNumbers), width));
    rows.add(centred(letters(letters, 1, false), width));
    rows.add(last(letters));
    String beside = beside(kind, letters);
    rows.add(bottom(Role.SYMBOLS, beside, stop(kind, letters), arrangement.hasGlobe));
    return rows;
  }

  /** Returns the row below emoji. */
  private static List<Key> emoji() {
    return new ArrayList<>(
        Arrays.asList(
            Key.of(Role.LETTERS).wide(1.5f),
            Key.of(Role.SEARCH).wide(1.5f),
            Key.of(Role.SPACE).wide(4),
            Key.of(Role.DELETE).wide(1.5f),
            Key.of(Role.ENTER).wide(1.5f)));
  }

  private static String beside(Kind kind, Letters letters) {
    return kind == Kind.EMAIL ? "@" : kind == Kind.URI ? "/" : letters.comma();
  }

  private static String stop(Kind kind, Letters letters) {
    return kind == Kind.EMAIL || kind == Kind.URI ? "." : letters.stop();
  }

  /** Returns a row of letters, which may have a digit each as far as these go. */
  private static List<Key> letters(Letters letters, int number, boolean digits) {
    List<Key> row = new ArrayList<>();
    for (String text : letters.keyboard().row(number)) {
      boolean hasDigit = digits && row.size() < 10;
      String digit = hasDigit ? String.valueOf((row.size() + 1) % 10) : "";
      row.add(Key.of(text, list(letters.alternatives(text, digit))));
    }
    return row;
  }

  /** Returns the last row of letters, with as much room beside them as the others leave. */
  private static List<Key> last(Letters letters) {
    List<Key> row = letters(letters, 2, false);
    int room = letters.keyboard().width() - row.size();
    if (letters.keyboard().hasCapitals()) {
      row.add(0, Key.of(Role.SHIFT).wide(room / 2f));
    }
    row.add(Key.of(Role.DELETE).wide(letters.keyboard().hasCapitals() ? room / 2f : room));
    return row;
  }

  private static List<List<Key>> pad(Kind kind) {
    boolean isPhone = kind == Kind.PHONE;
    boolean isDate = kind == Kind.DATE_TIME;
    List<List<Key>> rows =
        Arrays.asList(
            row(isPhone ? "1 2 3 +" : isDate ? "1 2 3 /" : "1 2 3 -"),
            row(isDate ? "4 5 6 :" : isPhone ? "4 5 6 -" : "4 5 6"),
            row("7 8 9"),
            row(isPhone ? "* 0 #" : isDate ? "- 0 ." : ", 0 ."));
    if (!isPhone) {
      rows.get(1).add(Key.of(Role.SPACE));
    }
    rows.get(2).add(Key.of(Role.DELETE));
    rows.get(3).add(Key.of(Role.ENTER));
    int width = rows.get(1).size();
    for (List<Key> row : rows) { // Digits stand in columns, and what is behind them has the rest.
      int last = row.size() - 1;
      row.set(last, row.get(last).wide(width - last));
    }
    return rows;
  }

  private static List<Key> bottom(Role other, String left, String right, boolean globe) {
    List<Key> row = new ArrayList<>();
    row.add(Key.of(other).wide(1.5f));
    row.add(key(left));
    row.add(Key.of(Role.EMOJI));
    if (globe) {
      row.add(Key.of(Role.GLOBE));
    }
    row.add(Key.of(Role.SPACE).wide(globe ? 3 : 4));
    row.add(key(right));
    row.add(Key.of(Role.ENTER).wide(1.5f));
    return row;
  }

  private static List<Key> between(Key first, String texts) {
    List<Key> row = row(texts);
    row.add(0, first.wide(1.5f));
    row.add(Key.of(Role.DELETE).wide(1.5f));
    return row;
  }

  /** Gives the room at both ends to the keys there, so that no touch is lost. */
  private static List<Key> centred(List<Key> row, int width) {
    int last = row.size() - 1;
    float room = (width - row.size()) / 2f;
    row.set(0, row.get(0).between(room, 0));
    row.set(last, row.get(last).between(0, room));
    return row;
  }

  private static List<Key> row(String texts) {
    List<Key> row = new ArrayList<>();
    for (String text : texts.split(" ")) {
      row.add(key(text));
    }
    return row;
  }

  private static Key key(String text) {
    return Key.of(text, list(ALTERNATIVES.getOrDefault(text, "")));
  }

  private static List<String> list(String texts) {
    return texts.isEmpty() ? Collections.<String>emptyList() : Arrays.asList(texts.split(" "));
  }
}
