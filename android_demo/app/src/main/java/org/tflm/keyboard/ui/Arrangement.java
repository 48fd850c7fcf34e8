package org.tflm.keyboard.ui;

import org.tflm.keyboard.core.FieldPolicy.Kind;

/** Which keys there are besides letters, and how they stand: by the field and the user's wishes. */
public final class Arrangement {
  /** A field of text, without any wish. */
  static final Arrangement PLAIN = new Arrangement(Kind.TEXT, false, false, false);

  final Kind kind;
  final boolean hasGlobe;
  final boolean hasNumbers;
  final boolean isSplit;

  /**
   * @param kind of the field
   * @param hasGlobe whether there is another language or keyboard to switch to
   * @param hasNumbers whether a row of numbers stands above the letters
   * @param isSplit whether the keys stand at both sides, for two thumbs
   */
  public Arrangement(Kind kind, boolean hasGlobe, boolean hasNumbers, boolean isSplit) {
    this.kind = kind;
    this.hasGlobe = hasGlobe;
    this.hasNumbers = hasNumbers;
    this.isSplit = isSplit;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Arrangement)) {
      return false;
    }
    Arrangement that = (Arrangement) other;
    return kind == that.kind
        && hasGlobe == that.hasGlobe
        && hasNumbers == that.hasNumbers
        && isSplit == that.isSplit;
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }
}
