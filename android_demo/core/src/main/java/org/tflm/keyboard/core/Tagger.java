package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Labels the words of a text with a bundle's tagger, as {@code tflm/bundle/sentence_tagger.py}.
 *
 * <p>A word costs one step in each direction. Used by one thread at a time.
 */
public final class Tagger implements AutoCloseable {
  private final TagSteps steps;
  private final TextRules rules;
  private final Lexicon lexicon;
  private final LabelDecoder decoder;
  private final boolean hasSpans;

  /**
   * @param steps the model, which {@link #close} closes
   * @param bundle its words, labels and rules
   * @throws BundleException the model has not the sizes that the bundle says
   */
  public Tagger(TagSteps steps, TaggerBundle bundle) throws BundleException {
    this(steps, bundle.rules(), bundle.lexicon(), bundle.reading());
    agree("numbers of state", steps.stateSize(0), bundle.stateSize());
  }

  Tagger(TagSteps steps, TextRules rules, Lexicon lexicon, Reading reading)
      throws BundleException {
    agree("ids a word", steps.tokens(), lexicon.columns() * reading.width());
    agree("labels", steps.labels(), lexicon.labels().size());
    agree("directions", steps.directions(), reading.directions());
    this.steps = steps;
    this.rules = rules;
    this.lexicon = lexicon;
    decoder = new LabelDecoder(steps, reading);
    hasSpans = Span.areLabels(lexicon.labels());
  }

  /** Returns the words of a text as they are labelled. */
  public List<String> words(String text) {
    return rules.split(text);
  }

  /** Returns the label of each word of a sentence. */
  public List<String> label(List<String> words) {
    if (words.isEmpty()) {
      return Collections.emptyList();
    }
    List<String> labels = new ArrayList<>(words.size());
    for (int id : decoder.label(lexicon.encode(words))) {
      labels.add(lexicon.labels().get(id));
    }
    return labels;
  }

  /** Returns the spans of a text; of a tagger whose labels say none, its words. */
  public List<Found> find(String text) {
    List<String> words = words(text);
    List<String> labels = label(words);
    int[][] places = places(text, words);
    List<Found> found = new ArrayList<>();
    if (hasSpans) {
      for (Span span : Span.of(labels)) {
        found.add(found(span.kind(), text, places[span.start()][0], places[span.end() - 1][1]));
      }
    } else {
      for (int i = 0; i < places.length; i++) {
        found.add(found(labels.get(i), text, places[i][0], places[i][1]));
      }
    }
    return found;
  }

  @Override
  public void close() {
    steps.close();
  }

  private static Found found(String kind, String text, int start, int end) {
    return new Found(kind, text.substring(start, end), start);
  }

  /** Returns where the words of a text begin and end in it. */
  private static int[][] places(String text, List<String> words) {
    int[][] places = new int[words.size()][];
    int place = 0;
    for (int i = 0; i < places.length; i++) {
      int found = text.indexOf(words.get(i), place);
      int start = found < 0 ? place : found; // The rules may have written it otherwise.
      place = Math.min(start + words.get(i).length(), text.length());
      places[i] = new int[] {start, place};
    }
    return places;
  }

  private static void agree(String what, int found, int expected) throws BundleException {
    require(
        found == expected,
        "the model has "
            + found
            + " "
            + what
            + " and the bundle says "
            + expected
            + ": export the tagger again");
  }
}
