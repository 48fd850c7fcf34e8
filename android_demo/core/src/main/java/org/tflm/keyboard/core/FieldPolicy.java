package org.tflm.keyboard.core;

/**
 * What a text field allows, from what Android tells of it.
 *
 * <p>The constants are those of {@code android.text.InputType} and {@code
 * android.view.inputmethod.EditorInfo}, which the core does not see, by the same names. What is
 * unknown is private.
 */
public final class FieldPolicy {
  /** What is typed into a field, and so which keys it needs. */
  public enum Kind {
    TEXT,
    EMAIL,
    URI,
    NUMBER,
    PHONE,
    DATE_TIME,
    /** No text field: it wants key events. */
    NONE
  }

  // InputType
  static final int TYPE_MASK_CLASS = 0xf;
  static final int TYPE_CLASS_TEXT = 1;
  static final int TYPE_CLASS_NUMBER = 2;
  static final int TYPE_CLASS_PHONE = 3;
  static final int TYPE_CLASS_DATETIME = 4;
  static final int TYPE_MASK_VARIATION = 0xff0;
  static final int TYPE_TEXT_VARIATION_URI = 0x10;
  static final int TYPE_TEXT_VARIATION_EMAIL_ADDRESS = 0x20;
  static final int TYPE_TEXT_VARIATION_PASSWORD = 0x80;
  static final int TYPE_TEXT_VARIATION_VISIBLE_PASSWORD = 0x90;
  static final int TYPE_TEXT_VARIATION_FILTER = 0xb0;
  static final int TYPE_TEXT_VARIATION_WEB_EMAIL_ADDRESS = 0xd0;
  static final int TYPE_TEXT_VARIATION_WEB_PASSWORD = 0xe0;
  static final int TYPE_NUMBER_VARIATION_PASSWORD = 0x10;
  static final int TYPE_TEXT_FLAG_CAP_CHARACTERS = 0x1000;
  static final int TYPE_TEXT_FLAG_CAP_WORDS = 0x2000;
  static final int TYPE_TEXT_FLAG_CAP_SENTENCES = 0x4000;
  static final int TYPE_TEXT_FLAG_AUTO_COMPLETE = 0x10000;
  static final int TYPE_TEXT_FLAG_MULTI_LINE = 0x20000;
  static final int TYPE_TEXT_FLAG_NO_SUGGESTIONS = 0x80000;

  // EditorInfo
  static final int IME_MASK_ACTION = 0xff;
  static final int IME_ACTION_NONE = 1;
  static final int IME_FLAG_NO_PERSONALIZED_LEARNING = 0x1000000;
  static final int IME_FLAG_NO_ENTER_ACTION = 0x40000000;

  /** No field at all: nothing is predicted and nothing kept. */
  public static final FieldPolicy CLOSED = of(0, 0);

  /** A message of several lines: enter begins the next, and nothing is asked for. */
  public static final FieldPolicy MESSAGE = of(TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_MULTI_LINE, 0);

  private final int inputType;
  private final int imeOptions;

  private FieldPolicy(int inputType, int imeOptions) {
    this.inputType = inputType;
    this.imeOptions = imeOptions;
  }

  /**
   * Returns the policy of a field.
   *
   * @param inputType {@code EditorInfo.inputType}
   * @param imeOptions {@code EditorInfo.imeOptions}
   */
  public static FieldPolicy of(int inputType, int imeOptions) {
    return new FieldPolicy(inputType, imeOptions);
  }

  public Kind kind() {
    switch (inputType & TYPE_MASK_CLASS) {
      case TYPE_CLASS_TEXT:
        return textKind();
      case TYPE_CLASS_NUMBER:
        return Kind.NUMBER;
      case TYPE_CLASS_PHONE:
        return Kind.PHONE;
      case TYPE_CLASS_DATETIME:
        return Kind.DATE_TIME;
      default:
        return Kind.NONE;
    }
  }

  /** Tells passwords, the visible ones and those of numbers too. */
  public boolean isPassword() {
    int variation = inputType & TYPE_MASK_VARIATION;
    switch (inputType & TYPE_MASK_CLASS) {
      case TYPE_CLASS_TEXT:
        return variation == TYPE_TEXT_VARIATION_PASSWORD
            || variation == TYPE_TEXT_VARIATION_VISIBLE_PASSWORD
            || variation == TYPE_TEXT_VARIATION_WEB_PASSWORD;
      case TYPE_CLASS_NUMBER:
        return variation == TYPE_NUMBER_VARIATION_PASSWORD;
      default:
        return false;
    }
  }

  /**
   * Tells whether words may be suggested: in plain text that is no password, did not ask for none
   * and does not complete words itself.
   */
  public boolean predicts() {
    return kind() == Kind.TEXT
        && !isPassword()
        && (inputType & TYPE_MASK_VARIATION) != TYPE_TEXT_VARIATION_FILTER
        && (inputType & (TYPE_TEXT_FLAG_NO_SUGGESTIONS | TYPE_TEXT_FLAG_AUTO_COMPLETE)) == 0;
  }

  /** Tells whether the keyboard looks at the text at all: there is one, and it is no password. */
  public boolean tellsText() {
    return kind() != Kind.NONE && !isPassword();
  }

  /** Tells whether what is in the field is for nobody else: a password, or incognito. */
  public boolean isPrivate() {
    return isPassword() || (imeOptions & IME_FLAG_NO_PERSONALIZED_LEARNING) != 0;
  }

  /** Tells whether the user's words may be kept, if the user agreed to that at all. */
  public boolean learns() {
    return predicts() && !isPrivate();
  }

  /** Returns where the field wants capitals; in a password they are never guessed. */
  public Capitals capitals() {
    if (kind() != Kind.TEXT || isPassword()) {
      return Capitals.NONE;
    }
    if ((inputType & TYPE_TEXT_FLAG_CAP_CHARACTERS) != 0) {
      return Capitals.CHARACTERS;
    }
    if ((inputType & TYPE_TEXT_FLAG_CAP_WORDS) != 0) {
      return Capitals.WORDS;
    }
    return (inputType & TYPE_TEXT_FLAG_CAP_SENTENCES) != 0 ? Capitals.SENTENCES : Capitals.NONE;
  }

  /** Tells whether enter begins a new line; otherwise it is the field's action. */
  public boolean entersNewLine() {
    boolean hasAction =
        (imeOptions & IME_FLAG_NO_ENTER_ACTION) == 0
            && (imeOptions & IME_MASK_ACTION) > IME_ACTION_NONE;
    boolean hasLines =
        (inputType & TYPE_MASK_CLASS) == TYPE_CLASS_TEXT
            && (inputType & TYPE_TEXT_FLAG_MULTI_LINE) != 0;
    return hasLines && !hasAction;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldPolicy
        && ((FieldPolicy) other).inputType == inputType
        && ((FieldPolicy) other).imeOptions == imeOptions;
  }

  @Override
  public int hashCode() {
    return 31 * inputType + imeOptions;
  }

  private Kind textKind() {
    switch (inputType & TYPE_MASK_VARIATION) {
      case TYPE_TEXT_VARIATION_URI:
        return Kind.URI;
      case TYPE_TEXT_VARIATION_EMAIL_ADDRESS:
      case TYPE_TEXT_VARIATION_WEB_EMAIL_ADDRESS:
        return Kind.EMAIL;
      default:
        return Kind.TEXT;
    }
  }
}
