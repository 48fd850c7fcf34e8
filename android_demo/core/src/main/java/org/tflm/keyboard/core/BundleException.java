package org.tflm.keyboard.core;

/** A bundle cannot be used. Its message is one line for people: what, the value, the cure. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Throws one unless {@code condition} holds. */
  static void require(boolean condition, String message) throws BundleException {
    if (!condition) {
      throw new BundleException(message);
    }
  }
}
