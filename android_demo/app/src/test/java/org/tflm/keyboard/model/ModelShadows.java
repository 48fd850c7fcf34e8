package org.tflm.keyboard.model;

import org.junit.rules.ExternalResource;

/** After a test, lets the app have its bundle and its model as they are. */
public class ModelShadows extends ExternalResource {
  @Override
  protected void after() {
    ShadowBundles.reset();
    ShadowStepModel.reset();
  }
}
