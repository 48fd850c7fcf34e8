package org.tflm.keyboard.ui;

import android.graphics.Paint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.tflm.keyboard.R;

/**
 * The emoji that this phone can draw, by what they show, and their names.
 *
 * <p>They are those code points that Unicode shows as emoji by themselves, and flags; their names,
 * too, are Unicode's, as Android knows them, and so in English.
 */
enum Emoji {
  FACES(
      R.string.emoji_faces,
      "1F600-1F637 1F641-1F644 1F910-1F917 1F920-1F925 1F927-1F92F 1F970-1F976 1F978-1F97A 1F9D0"
          + " 1FAE0-1FAE7 1F479-1F47B 1F47D-1F480 1F4A9 1F916"),
  PEOPLE(
      R.string.emoji_people,
      "270A-270B 1F440 1F442-1F450 1F463-1F478 1F47C 1F481-1F487 1F4AA 1F57A 1F595-1F596"
          + " 1F645-1F647 1F64B-1F64F 1F90C 1F90F 1F918-1F91F 1F926 1F930-1F939 1F977 1F9B5-1F9B6"
          + " 1F9B8-1F9B9 1F9BB 1F9CD-1F9CF 1F9D1-1F9DF 1FAC0-1FAC5 1FAF0-1FAF6 1F48B 1F493-1F49F"
          + " 1F5A4 1F90D-1F90E 1F9E1"),
  NATURE(
      R.string.emoji_nature,
      "1F400-1F43E 1F980-1F9AE 1F331-1F335 1F337-1F344 1F638-1F640 1F648-1F64A 1FAB0-1FABA 1F490"
          + " 1F300-1F320 2614 26A1 26C4 2728 2B50 1F525 1F4A7"),
  FOOD(
      R.string.emoji_food,
      "1F345-1F37C 1F37E-1F37F 1F32D-1F330 1F382 1F950-1F96F 1F9C0-1F9CB 1FAD0-1FAD9 2615"),
  TRAVEL(
      R.string.emoji_travel,
      "1F680-1F6A2 1F6A4-1F6B6 1F5FB-1F5FF 1F3E0-1F3F0 1F6EB-1F6EC 1F6F4-1F6FC 2693 26EA 26F2-26F3"
          + " 26F5 26FA 26FD"),
  PLAY(
      R.string.emoji_play,
      "26BD-26BE 1F380-1F381 1F383-1F393 1F3A0-1F3CA 1F3CF-1F3D3 1F3F8-1F3FA 1F93A 1F93C-1F945"
          + " 1F947-1F94F 1F9E9 1F0CF 1FA80-1FA86"),
  OBJECTS(
      R.string.emoji_objects,
      "1F451-1F462 1F488-1F48A 1F48C-1F48F 1F4A1 1F4A3 1F4B0-1F4FC 1F4FF 1F50A-1F517 1F526-1F52C"
          + " 1F97B-1F97F 1F9AF 1F9E2-1F9FF 1F6D2 1FA70-1FA7C 1FA90-1FAAC 231A-231B 23F0 23F3"),
  SYMBOLS(R.string.emoji_symbols, ""), // All that is in no other.
  FLAGS(R.string.emoji_flags, "");

  private static final String ALL =
      "231A-231B 23E9-23EC 23F0 23F3 25FD-25FE 2614-2615 2648-2653 267F 2693 26A1 26AA-26AB"
          + " 26BD-26BE 26C4-26C5 26CE 26D4 26EA 26F2-26F3 26F5 26FA 26FD 2705 270A-270B 2728 274C"
          + " 274E 2753-2755 2757 2795-2797 27B0 27BF 2B1B-2B1C 2B50 2B55 1F004 1F0CF 1F18E"
          + " 1F191-1F19A 1F201 1F21A 1F22F 1F232-1F236 1F238-1F23A 1F250-1F251 1F300-1F320"
          + " 1F32D-1F335 1F337-1F37C 1F37E-1F393 1F3A0-1F3CA 1F3CF-1F3D3 1F3E0-1F3F0 1F3F4"
          + " 1F3F8-1F3FA 1F400-1F43E 1F440 1F442-1F4FC 1F4FF-1F53D 1F54B-1F54E 1F550-1F567 1F57A"
          + " 1F595-1F596 1F5A4 1F5FB-1F64F 1F680-1F6C5 1F6CC 1F6D0-1F6D2 1F6D5-1F6D7 1F6DD-1F6DF"
          + " 1F6EB-1F6EC 1F6F4-1F6FC 1F7E0-1F7EB 1F7F0 1F90C-1F93A 1F93C-1F945 1F947-1F9FF"
          + " 1FA70-1FA74 1FA78-1FA7C 1FA80-1FA86 1FA90-1FAAC 1FAB0-1FABA 1FAC0-1FAC5 1FAD0-1FAD9"
          + " 1FAE0-1FAE7 1FAF0-1FAF6";
  private static final String WITH_TONES =
      "26F9 270A-270B 1F385 1F3C2-1F3C4 1F3C7 1F3CA 1F442-1F443 1F446-1F450 1F466-1F469"
          + " 1F46E 1F470-1F478 1F47C 1F481-1F483 1F485-1F487 1F4AA 1F57A 1F595-1F596 1F645-1F647"
          + " 1F64B-1F64F 1F6A3 1F6B4-1F6B6 1F6C0 1F6CC 1F90C 1F90F 1F918-1F91F 1F926 1F930-1F939"
          + " 1F93D-1F93E 1F977 1F9B5-1F9B6 1F9B8-1F9B9 1F9BB 1F9CD-1F9CF 1F9D1-1F9DD 1FAC3-1FAC5"
          + " 1FAF0-1FAF6";
  private static final int[] TONES = {0x1F3FB, 0x1F3FC, 0x1F3FD, 0x1F3FE, 0x1F3FF};
  private static final String FACE = "\uD83D\uDE00";
  private static final int LETTER_A = 0x1F1E6; // The first of those that flags are made of.

  private final int name;
  private final List<Integer> listed;
  private List<String> shown; // Once it was asked for, as looking at fonts takes time.

  Emoji(int name, String ranges) {
    this.name = name;
    listed = codePoints(ranges);
  }

  /** Returns the resource of the group's name. */
  int title() {
    return name;
  }

  /** Returns the emoji of the group. */
  List<String> all() {
    if (shown == null) {
      shown = drawable(this == FLAGS ? flags() : this == SYMBOLS ? others() : texts(listed));
    }
    return shown;
  }

  /** Returns the same in other colours of skin, none where there are none. */
  static List<String> tones(String emoji) {
    List<String> tones = new ArrayList<>();
    if (codePoints(WITH_TONES).contains(emoji.codePointAt(0))) {
      for (int tone : TONES) {
        tones.add(emoji + new String(Character.toChars(tone)));
      }
    }
    return tones;
  }

  /** Returns what a screen reader says, and what is searched for: {@code grinning face}. */
  static String name(String emoji) {
    int first = emoji.codePointAt(0);
    if (first >= LETTER_A && first < LETTER_A + 26) {
      return "flag " + new Locale("", country(emoji)).getDisplayCountry(Locale.ENGLISH);
    }
    String name = Character.getName(first);
    return name == null ? emoji : name.toLowerCase(Locale.ROOT);
  }

  /** Returns emoji in whose names each word of a query begins a word. */
  static List<String> find(String query, int most) {
    List<String> found = new ArrayList<>();
    String[] words = query.trim().toLowerCase(Locale.ROOT).split(" +");
    for (Emoji group : values()) {
      for (String each : group.all()) {
        if (found.size() < most && !query.trim().isEmpty() && fits(name(each), words)) {
          found.add(each);
        }
      }
    }
    return found;
  }

  private static boolean fits(String name, String[] words) {
    String spaced = " " + name.toLowerCase(Locale.ROOT).replace('-', ' ');
    for (String word : words) {
      if (!spaced.contains(" " + word)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> others() {
    List<Integer> others = codePoints(ALL);
    for (Emoji group : values()) {
      others.removeAll(group.listed);
    }
    return texts(others);
  }

  private static List<String> flags() {
    List<String> flags = new ArrayList<>();
    for (String country : Locale.getISOCountries()) {
      StringBuilder flag = new StringBuilder();
      for (char letter : country.toCharArray()) {
        flag.appendCodePoint(LETTER_A + letter - 'A');
      }
      flags.add(flag.toString());
    }
    return flags;
  }

  private static String country(String flag) {
    StringBuilder country = new StringBuilder();
    flag.codePoints().forEach(letter -> country.append((char) ('A' + letter - LETTER_A)));
    return country.toString();
  }

  /** Returns those that the fonts of this phone have; all if they have none at all. */
  private static List<String> drawable(List<String> all) {
    Paint paint = new Paint();
    if (!paint.hasGlyph(FACE)) {
      return all;
    }
    List<String> found = new ArrayList<>();
    for (String each : all) {
      if (paint.hasGlyph(each)) {
        found.add(each);
      }
    }
    return found;
  }

  private static List<String> texts(List<Integer> codePoints) {
    List<String> texts = new ArrayList<>();
    for (int each : codePoints) {
      texts.add(new String(Character.toChars(each)));
    }
    return texts;
  }

  private static List<Integer> codePoints(String ranges) {
    if (ranges.isEmpty()) {
      return Collections.emptyList();
    }
    List<Integer> found = new ArrayList<>();
    for (String range : ranges.split(" ")) {
      String[] ends = range.split("-");
      int last = Integer.parseInt(ends[ends.length - 1], 16);
      for (int each = Integer.parseInt(ends[0], 16); each <= last; each++) {
        found.add(each);
      }
    }
    return found;
  }
}
