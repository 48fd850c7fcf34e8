package org.tflm.keyboard.model;

import android.content.Context;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.tflm.keyboard.core.TagSteps;
import org.tflm.keyboard.core.TaggerBundle;

/** The real models, and one that is no file for the tagger of {@link ShadowBundles}. */
@Implements(value = StepModels.class, isInAndroidSdk = false)
public final class ShadowStepModels {
  @Implementation
  protected static TagSteps open(Context context, String folder, TaggerBundle bundle) {
    return new SmallTagger();
  }
}
