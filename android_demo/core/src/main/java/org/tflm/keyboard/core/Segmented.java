package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Splits typed text, and runs of letters without spaces at the longest words of a list. */
final class Segmented extends Splitter {
  private final TypedText typed;
  private final Set<String> lexicon;
  private int longest = 1; // Letters of the longest word.

  /**
   * @param typed splits the rest, and knows its case
   * @param lexicon words of scripts without spaces; none for letters alone
   */
  Segmented(TypedText typed, Collection<String> lexicon) {
    this.typed = typed;
    this.lexicon = new HashSet<>(lexicon);
    for (String word : lexicon) {
      longest = Math.max(longest, Scripts.letters(word).size());
    }
  }

  @Override
  List<String> split(String text) {
    List<String> words = new ArrayList<>();
    for (String token : typed.split(text)) {
      if (Tokenizer.isWord(token)) {
        addParts(token, words);
      } else {
        words.add(token);
      }
    }
    return words;
  }

  @Override
  String lower(String word) {
    return typed.lower(word);
  }

  @Override
  boolean isOpen(String text) {
    return super.isOpen(text) && !Scripts.isTypedWhole(text);
  }

  /** Adds the words of a token to a list. */
  void addParts(String token, List<String> words) {
    for (String run : Scripts.runs(token)) {
      if (Scripts.beginsSpaceless(run)) {
        addWords(Scripts.letters(run), words);
      } else {
        words.add(run);
      }
    }
  }

  private void addWords(List<String> letters, List<String> words) {
    for (int start = 0; start < letters.size(); ) {
      int end = Math.min(start + longest, letters.size());
      while (end > start + 1 && !lexicon.contains(join(letters, start, end))) {
        end--;
      }
      words.add(join(letters, start, end));
      start = end;
    }
  }

  private static String join(List<String> letters, int start, int end) {
    return String.join("", letters.subList(start, end));
  }
}
