package org.tflm.keyboard.model;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import android.content.Context;
import java.io.File;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;

/** A model that ends the app is left alone the third time. */
@RunWith(RobolectricTestRunner.class)
public final class LoadingTest {
  private static final String FOLDER = "keyboard";

  @Rule public final ModelShadows shadows = new ModelShadows();

  private final Context context = RuntimeEnvironment.getApplication();
  private Bundle bundle;

  @Before
  public void readBundle() throws BundleException {
    bundle = Bundle.read(Bundles.files(context.getAssets(), FOLDER));
  }

  /** Begins to load the model, in a process that then ends. */
  private void die() throws BundleException {
    Loading.of(context, bundle).begin();
  }

  @Test
  public void aModelIsLeftAloneAfterTwoEnds() throws Exception {
    die();
    die();
    assertThrows(BundleException.class, () -> StepModels.open(context, FOLDER, bundle));
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void oneThatWasLoadedInBetweenIsNot() throws Exception {
    die();
    StepModels.open(context, FOLDER, bundle).close();
    die();
    StepModels.open(context, FOLDER, bundle).close();
  }

  @Test
  public void nothingIsLeftOfLoading() throws Exception {
    StepModels.open(context, FOLDER, bundle).close();
    Context safe = context.createDeviceProtectedStorageContext();
    assertEquals(0, new File(safe.getNoBackupFilesDir(), "loading").list().length);
  }
}
