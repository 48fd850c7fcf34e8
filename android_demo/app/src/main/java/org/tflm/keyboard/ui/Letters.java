package org.tflm.keyboard.ui;

import java.util.HashMap;
import java.util.Map;
import org.tflm.keyboard.core.Keyboard;

/** What the keys of a language type besides their letters, which {@link Keyboard} has. */
final class Letters {
  private static final String[] HELD = {
    "e é è ê ë ē", "t þ", "y ý ÿ", "u ú ù û ü ū", "i í ì î ï ī", "o ó ò ô ö õ ø",
    "a á à â ä ã å æ", "s ß ś š", "d ð", "l ł", "z ž ź ż", "c ç ć č", "n ñ ń",
    "е ё", "ь ъ", "и і", "г ґ", "α ά", "ε έ", "η ή", "ι ί ϊ ΐ", "ο ό", "υ ύ ϋ ΰ", "ω ώ",
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

  private final Keyboard keyboard;

  /** Takes those of a language, by its tag of BCP 47. */
  Letters(String tag) {
    keyboard = Keyboard.of(tag);
  }

  Keyboard keyboard() {
    return keyboard;
  }

  String comma() {
    return keyboard == Keyboard.ARABIC ? "،" : ",";
  }

  String stop() {
    return keyboard == Keyboard.HINDI ? "।" : ".";
  }

  /**
   * Returns what a held key types, parted by spaces.
   *
   * @param text of the key
   * @param digit of its place, empty for none; it comes first where keys show Latin letters
   */
  String alternatives(String text, String digit) {
    String others = ALTERNATIVES.getOrDefault(text, "");
    String all = keyboard.hasCapitals() ? digit + " " + others : others + " " + digit;
    return all.trim();
  }
}
