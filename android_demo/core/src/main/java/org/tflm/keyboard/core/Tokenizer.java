package org.tflm.keyboard.core;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Typed text to words, by the rules of {@code docs/tokenizer.md}, as {@code
 * tflm/text/tokenizer.py}.
 *
 * <p>The expressions mean the same to OpenJDK's engine and to Android's, which is ICU.
 */
public final class Tokenizer {
  private static final String URL = "<url>";
  static final String NUMBER = "<number>";

  private static final String[] KINDS = {
    "(?:[A-Za-z]+://|(?i:www)\\.)[^\\p{Z}\\p{Cc}]*[^\\p{Z}\\p{Cc}.,!?;:)'\"]", // link
    "[\\p{L}\\p{M}\\p{Nd}_.+-]{1,64}@" // email
        + "[\\p{L}\\p{M}\\p{Nd}_-]+(?:\\.[\\p{L}\\p{M}\\p{Nd}_-]+){1,99}",
    "[\\p{L}\\p{M}\\p{Nd}_-]{1,63}(?:\\.[\\p{L}\\p{M}\\p{Nd}_-]{1,63}){0,4}" // site
        + "\\.(?:(?i:com|org|net|edu|gov)|[iI][oO])(?![\\p{L}\\p{Nd}])"
        + "(?:/(?:[^\\p{Z}\\p{Cc}]*[^\\p{Z}\\p{Cc}.,!?;:)'\"])?)?",
    "(?:[;:=][-']?[()\\[\\]DdPp/|*oO]" // emoticon
        + "|(?<![\\p{L}\\p{Nd}])[;:=][-']?3)(?![\\p{L}\\p{Nd}])",
    "</?3(?!\\p{Nd})", // heart
    "\\p{Nd}+(?:[.,:/]\\p{Nd}+){0,99}(?:[aApP][mM])?(?![\\p{L}\\p{M}\\p{Nd}])", // number
    "[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]*" // word
        + "(?:['\\u200C\\u200D][\\p{L}\\p{M}\\p{Nd}]+){0,99}",
    "[\\x{1F1E6}-\\x{1F1FF}]{2}", // flag
    "[\\p{So}\\u2194\\x{1F000}-\\x{1FAFF}]" // emoji
        + "[\\p{M}\\x{1F3FB}-\\x{1F3FF}\\x{E0020}-\\x{E007F}]*"
        + "(?:\\u200D[\\p{So}\\u2194\\x{1F000}-\\x{1FAFF}]"
        + "[\\p{M}\\x{1F3FB}-\\x{1F3FF}\\x{E0020}-\\x{E007F}]*){0,99}",
    "\\.{2,}", // dots
    "!*\\?[!?]*", // question
    "!+", // exclamation
    "[^\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}]\\p{M}*", // other
  };

  /** What the tokens of a kind are read as; null keeps the token. */
  private static final String[] STANDS_FOR = {
    URL, URL, URL, null, null, NUMBER, null, null, null, "...", "?", "!", null
  };

  private static final Pattern TOKEN = compile();

  private Tokenizer() {}

  /** Returns the tokens of a text in the case in which they were typed. */
  public static List<String> split(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(normalize(text));
    while (matcher.find()) {
      String replacement = STANDS_FOR[kind(matcher)];
      tokens.add(replacement == null ? matcher.group() : replacement);
    }
    return tokens;
  }

  /** Returns the tokens of a text, its words in lower case. */
  public static List<String> tokenize(String text) {
    List<String> tokens = split(text);
    tokens.replaceAll(Tokenizer::lower);
    return tokens;
  }

  /** Returns a word in lower case, any other token ({@code :D}) as it is. */
  public static String lower(String token) {
    return lower(token, Locale.ROOT);
  }

  /** Returns the same in the case of a language, as {@link Casing#locale} gives it. */
  static String lower(String token, Locale locale) {
    return isWord(token) ? token.toLowerCase(locale) : token;
  }

  /** Tells a word, which is typed letter by letter, from other tokens. */
  public static boolean isWord(String token) {
    return !token.isEmpty() && Character.isLetterOrDigit(token.codePointAt(0));
  }

  /** Returns text in Unicode form NFC, with plain quotation marks and dots. */
  static String normalize(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .replace('\u2018', '\'')
        .replace('\u2019', '\'')
        .replace('\u02BC', '\'')
        .replace('\u201C', '"')
        .replace('\u201D', '"')
        .replace("\u2026", "...");
  }

  /** Returns the search for any kind, each in a group of its own. */
  private static Pattern compile() {
    StringBuilder any = new StringBuilder();
    for (String kind : KINDS) {
      any.append(any.length() == 0 ? "(" : "|(").append(kind).append(')');
    }
    return Pattern.compile(any.toString());
  }

  private static int kind(Matcher matcher) {
    int group = 1;
    while (matcher.start(group) < 0) {
      group++;
    }
    return group - 1;
  }
}
