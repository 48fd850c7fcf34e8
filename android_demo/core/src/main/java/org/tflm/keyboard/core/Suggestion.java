package org.tflm.keyboard.core;

/** One place of the suggestion bar. */
public final class Suggestion {
  /** Where a suggestion comes from. */
  public enum Kind {
    /** The letters as they were typed. */
    LITERAL,
    /** A word of the model that begins with the typed letters, or nearly so. */
    COMPLETION,
    /** The same, so likely that it may be written without being chosen. */
    CORRECTION,
    /** A word of the model, where no letter of it was typed. */
    NEXT,
    /** A word that the user taught the keyboard. */
    PERSONAL
  }

  private final String text;
  private final Kind kind;
  private final String replaces;

  /**
   * @param text the word as it is shown and written
   * @param kind where it comes from
   * @param replaces the typed part of the word, as it is in the field, which it takes the place of
   */
  public Suggestion(String text, Kind kind, String replaces) {
    this.text = text;
    this.kind = kind;
    this.replaces = replaces;
  }

  public String text() {
    return text;
  }

  public Kind kind() {
    return kind;
  }

  public String replaces() {
    return replaces;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Suggestion)) {
      return false;
    }
    Suggestion that = (Suggestion) other;
    return text.equals(that.text) && kind == that.kind && replaces.equals(that.replaces);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * text.hashCode() + kind.hashCode()) + replaces.hashCode();
  }

  /** Tells the kind only: no typed text ever gets into a log. */
  @Override
  public String toString() {
    return "Suggestion " + kind;
  }
}
