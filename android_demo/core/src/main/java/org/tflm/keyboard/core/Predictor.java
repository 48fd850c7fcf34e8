package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Suggests words for the text before the cursor.
 *
 * <p>One more word costs one step of the model and a letter costs none. Where words are in pieces,
 * each piece costs a step, and each answer the steps of a {@link WordSearch}. Used by one thread at
 * a time: {@link Worker}'s.
 */
public final class Predictor implements Worker.Model {
  private final Step step;
  private final Vocabulary vocabulary;
  private final TextRules rules;
  private final BlockList blocked;
  private final PersonalWords personal;
  private final Candidates candidates;
  private final StateCache states;
  private final WordSearch search; // Null where words are whole.
  private final Corrector corrector; // Null where they are not.

  /**
   * @param step the model, which {@link #close} closes
   * @param bundle its words and rules
   * @param blocked words that are not suggested
   * @param personal words of the user
   * @throws BundleException the model has not the sizes that the bundle says
   */
  public Predictor(Step step, Bundle bundle, BlockList blocked, PersonalWords personal)
      throws BundleException {
    this(
        step,
        bundle.vocabulary(),
        bundle.rules(),
        bundle.start(),
        bundle.cache(),
        blocked,
        personal,
        Keyboard.of(bundle.language()));
    BundleException.require(
        step.stateSize() == bundle.stateSize(),
        "the model carries "
            + step.stateSize()
            + " numbers and the manifest says "
            + bundle.stateSize()
            + ": export the model again");
  }

  Predictor(
      Step step,
      Vocabulary vocabulary,
      TextRules rules,
      List<Integer> start,
      CacheSettings cache,
      BlockList blocked,
      PersonalWords personal,
      Keyboard keyboard)
      throws BundleException {
    BundleException.require(
        step.vocabularySize() == vocabulary.size(),
        "the model has "
            + step.vocabularySize()
            + " words and the vocabulary "
            + vocabulary.size()
            + ": export the model again");
    BundleException.require(
        cache == null || step.hiddenSize() > 0,
        "the model does not give what its softmax reads, which the bundle's cache needs: export"
            + " the model again");
    this.step = step;
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.blocked = blocked;
    this.personal = personal;
    candidates = new Candidates(vocabulary, blocked);
    states = new StateCache(step, start, cache);
    search = rules.areByPiece() ? new WordSearch(step, rules.texts(), blocked) : null;
    corrector = search == null ? new Corrector(vocabulary, candidates, blocked, keyboard) : null;
  }

  /** Returns what the suggestion bar shows, at most three suggestions. */
  public List<Suggestion> suggest(Request request) {
    Context context = Context.of(request.before(), rules);
    float[] logits = states.after(ids(context.words()), request.isPrivate());
    int normalizer = Corrector.normalizer(logits);
    Shift shift = request.shift();
    List<String> words = meant(context, logits, normalizer, request, SuggestionBar.PLACES);
    List<String> own = personal(context.prefix(), shift, words.isEmpty() ? 2 : 1);
    String correction = correction(context, logits, normalizer, shift);
    return SuggestionBar.fill(context, words, own, correction, mended(request.before(), context));
  }

  /** Returns the same as {@link #suggest(String, int)}, and words that nearly begin so. */
  List<String> meant(String before, int count) {
    Context context = Context.of(before, rules);
    float[] logits = states.after(ids(context.words()), false);
    Request request = new Request(before, Shift.OFF, false, false);
    return meant(context, logits, Corrector.normalizer(logits), request, count);
  }

  /** Returns what to write for the last word of a text once it is finished; null for itself. */
  String correction(String before) {
    Context context = Context.of(before, rules);
    float[] logits = states.after(ids(context.words()), false);
    return correction(context, logits, Corrector.normalizer(logits), Shift.OFF);
  }

  /**
   * Returns the model's words for a text, best first: next words after a space, else completions
   * of the last word, as {@code Suggester.suggest} of {@code tflm/bundle/suggester.py}.
   */
  public List<String> suggest(String before, int count) {
    Context context = Context.of(before, rules);
    return best(context, states.after(ids(context.words()), false), Shift.OFF, count);
  }

  /** Counts a word that the user typed, if the model does not know it. */
  public void learn(String word) {
    boolean known =
        search == null
            ? vocabulary.knows(rules.lower(word))
            : rules.words(word).stream().allMatch(vocabulary::contains);
    if (!known && !blocked.test(word)) {
      personal.typed(word);
    }
  }

  /** Wipes all that tells of the text, and saves the words that were learned. */
  @Override
  public void forget() {
    states.forget();
    if (corrector != null) {
      corrector.forget();
    }
    personal.save();
  }

  /** Forgets, and closes the model. */
  @Override
  public void close() {
    forget();
    step.close();
  }

  private List<String> best(Context context, float[] logits, Shift shift, int count) {
    String prefix = rules.lower(context.prefix());
    List<String> words = new ArrayList<>(count);
    for (String word : likeliest(logits, prefix, count, context.words().isEmpty())) {
      words.add(Casing.write(rules.display(word), context.prefix(), shift, rules.locale()));
    }
    return words;
  }

  private List<String> meant(
      Context context, float[] logits, int normalizer, Request request, int count) {
    if (corrector == null) {
      return best(context, logits, request.shift(), count);
    }
    List<String> words = new ArrayList<>(count);
    String prefix = rules.lower(context.prefix());
    for (int[] ids : corrector.suggest(logits, normalizer, prefix, count, request.marks())) {
      words.add(Casing.write(text(ids), context.prefix(), request.shift(), rules.locale()));
    }
    return words;
  }

  /** Names, which have a capital inside a sentence, and words of the user stay as they are. */
  private String correction(Context context, float[] logits, int normalizer, Shift shift) {
    String prefix = context.prefix();
    if (corrector == null || prefix.isEmpty() || personal.has(prefix)) {
      return null;
    }
    int first = context.beginsSentence() ? 1 : 0;
    if (prefix.codePoints().skip(first).anyMatch(Character::isUpperCase)) {
      return null;
    }
    int[] ids = corrector.correct(logits, normalizer, rules.lower(prefix));
    return ids == null ? null : Casing.write(text(ids), prefix, shift, rules.locale());
  }

  /** Returns a word that a space came into, {@code th e}, in place of both parts; null for none. */
  private Suggestion mended(String before, Context context) {
    int words = context.words().size();
    String typed = context.typed();
    int end = before.length() - typed.length() - 1;
    if (corrector == null || typed.isEmpty() || words == 0 || end < 1) {
      return null;
    }
    String last = context.words().get(words - 1);
    String first = before.substring(Math.max(0, end - last.length()), end);
    if (before.charAt(end) != ' ' || !rules.lower(first).equals(last)) {
      return null;
    }
    int id = corrector.joined(last, rules.lower(context.prefix()));
    return id == Vocabulary.SKIPPED
        ? null
        : new Suggestion(
            Casing.write(text(new int[] {id}), first, Shift.OFF, rules.locale()),
            Suggestion.Kind.COMPLETION,
            first + " " + typed);
  }

  /** Returns the word that a space came into at the end of a text, or null. */
  String mended(String before) {
    Suggestion mended = mended(before, Context.of(before, rules));
    return mended == null ? null : mended.text();
  }

  private String text(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(text.length() == 0 ? "" : " ").append(rules.display(vocabulary.word(id)));
    }
    return text.toString();
  }

  private List<String> likeliest(float[] logits, String prefix, int count, boolean atStart) {
    if (search != null) {
      return search.wordsAfter(logits, states.state(), prefix, count, atStart);
    }
    List<String> words = new ArrayList<>(count);
    for (int id : candidates.best(logits, prefix, count, false)) {
      words.add(vocabulary.word(id));
    }
    return words;
  }

  private List<Integer> ids(List<String> words) {
    List<Integer> ids = new ArrayList<>(words.size());
    for (String word : words) {
      int id = vocabulary.id(word);
      if (id != Vocabulary.SKIPPED) {
        ids.add(id);
      }
    }
    return ids;
  }

  private List<String> personal(String prefix, Shift shift, int count) {
    if (!Tokenizer.isWord(prefix)) {
      return Collections.emptyList();
    }
    List<String> words = new ArrayList<>(count);
    for (String word : personal.completions(prefix, count)) {
      if (!blocked.test(word)) {
        words.add(Casing.write(word, prefix, shift, rules.locale()));
      }
    }
    return words;
  }
}
