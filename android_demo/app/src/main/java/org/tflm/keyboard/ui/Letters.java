package org.tflm.keyboard.ui;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The keys of a language: its letters, and the marks beside the space key. */
enum Letters {
  ENGLISH("", "q w e r t y u i o p", "a s d f g h j k l", "z x c v b n m"),
  GERMAN("de", "q w e r t z u i o p ü", "a s d f g h j k l ö ä", "y x c v b n m ß"),
  FRENCH("fr", "a z e r t y u i o p", "q s d f g h j k l m", "w x c v b n '"),
  SPANISH("es", "q w e r t y u i o p", "a s d f g h j k l ñ", "z x c v b n m"),
  TURKISH("tr", "q w e r t y u ı o p ğ ü", "a s d f g h j k l ş i", "z x c v b n m ö ç"),
  ARABIC("ar", "ض ص ث ق ف غ ع ه خ ح ج", "ش س ي ب ل ا ت ن م ك ط", "ذ ء ؤ ر ى ة و ز ظ د"),
  // InScript, whose letters of the shift key come up where a key is held.
  HINDI("hi", "ौ ै ा ी ू ब ह ग द ज ड", "ो े ् ि ु प र क त च ट", "ॉ ं म न व ल स य ़");

  private static final String[] HELD = {
    "e é è ê ë ē", "t þ", "y ý ÿ", "u ú ù û ü ū", "i í ì î ï ī", "o ó ò ô ö õ ø",
    "a á à â ä ã å æ", "s ß ś š", "d ð", "l ł", "z ž ź ż", "c ç ć č", "n ñ ń",
    "ا أ إ آ ٱ", "ي ى ئ", "ه ة", "و ؤ", "ل لا", "ى ئ", "د ذ", "ط ظ", "ك گ", "ج چ", "ب پ",
    "ौ औ", "ै ऐ", "ा आ", "ी ई", "ू ऊ", "ब भ", "ह ङ", "ग घ", "द ध", "ज झ ज़", "ड ढ ड़",
    "ो ओ", "े ए", "् अ", "ि इ", "ु उ", "प फ", "र ृ ऋ", "क ख क्ष", "त थ त्र", "च छ", "ट ठ",
    "ॉ ऑ", "ं ँ ः", "म ण", "न ञ", "ल ळ", "स श ष", "य ज्ञ",
    "، ؛ : ( )", "। . ? ! ' \" : -",
  };
  private static final Map<String, String> ALTERNATIVES = new HashMap<>();

  static {
    for (String line : HELD) {
      ALTERNATIVES.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
    }
  }

  private final String language;
  private final String[] rows;

  Letters(String language, String... rows) {
    this.language = language;
    this.rows = rows;
  }

  /** Returns the letters of a language, those of English for one that has none here. */
  static Letters of(String tag) {
    String language = Locale.forLanguageTag(tag).getLanguage();
    for (Letters each : values()) {
      if (each.language.equals(language)) {
        return each;
      }
    }
    return ENGLISH;
  }

  /** Returns the letters of a row from the top, from left to right. */
  String[] row(int number) {
    return rows[number].split(" ");
  }

  /** Returns how many keys stand side by side in the longest row. */
  int width() {
    return Math.max(row(0).length, row(1).length);
  }

  /** Tells whether its letters have capitals, and so a shift key. */
  boolean hasCapitals() {
    return this != ARABIC && this != HINDI;
  }

  String comma() {
    return this == ARABIC ? "،" : ",";
  }

  String stop() {
    return this == HINDI ? "।" : ".";
  }

  /**
   * Returns what a held key types, parted by spaces.
   *
   * @param text of the key
   * @param digit of its place, empty for none; it comes first where keys show Latin letters
   */
  String alternatives(String text, String digit) {
    String others = ALTERNATIVES.getOrDefault(text, "");
    String all = hasCapitals() ? digit + " " + others : others + " " + digit;
    return all.trim();
  }
}
