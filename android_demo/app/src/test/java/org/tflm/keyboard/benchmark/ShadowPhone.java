package org.tflm.keyboard.benchmark;

import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;

/** A phone that may offer sustained performance, of which Robolectric's Android says nothing. */
@Implements(value = Phone.class, isInAndroidSdk = false)
public final class ShadowPhone {
  private static boolean offers;

  /** Lets the phone offer it, or not, as is usual. */
  static void offerSustained(boolean offered) {
    offers = offered;
  }

  @Implementation
  protected boolean offersSustained() {
    return offers;
  }
}
