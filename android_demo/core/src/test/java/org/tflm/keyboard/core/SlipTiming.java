package org.tflm.keyboard.core;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How long the words for a key take without the model: suggestions and what a space would write.
 *
 * <p>Takes a vocabulary's file and texts; prints microseconds, one line for each key.
 */
public final class SlipTiming {
  private static final int WARM_UP_ROUNDS = 20;

  private SlipTiming() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    List<String> words = Files.readAllLines(Paths.get(arguments[0]), StandardCharsets.UTF_8);
    Vocabulary vocabulary = new Vocabulary(words);
    Candidates candidates = new Candidates(vocabulary, word -> false);
    Corrector corrector = new Corrector(vocabulary, candidates, Models.nothingBlocked(), Keyboard.ENGLISH);
    float[] logits = new float[words.size()];
    Random random = new Random(1);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (-Math.log(i + 1) + random.nextGaussian());
    }
    List<String> typed = Arrays.asList(arguments).subList(1, arguments.length);
    for (int round = 0; round <= WARM_UP_ROUNDS; round++) {
      for (String word : typed) {
        for (int end = 1; end <= word.length(); end++) {
          String part = word.substring(0, end);
          long start = System.nanoTime();
          int normalizer = Corrector.normalizer(logits);
          corrector.suggest(logits, normalizer, part, SuggestionBar.PLACES, false);
          corrector.correct(logits, normalizer, part);
          long nanos = System.nanoTime() - start;
          if (round == WARM_UP_ROUNDS) {
            System.out.println(nanos / 1000);
          }
        }
      }
    }
  }
}
