package org.tflm.keyboard.model;

import android.content.Context;
import android.content.res.AssetFileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.ModelBundle;
import org.tflm.keyboard.core.TagSteps;
import org.tflm.keyboard.core.TaggerBundle;

/** Opens models wherever they are, and says in one line for people why one cannot be used. */
public final class StepModels {
  private StepModels() {}

  /**
   * Opens the model of the bundle in asset folder {@code folder} for typing: with XNNPACK, and not
   * again if it has ended the app twice.
   */
  public static StepModel open(Context context, String folder, Bundle bundle)
      throws BundleException {
    return marked(
        context,
        bundle,
        () -> {
          StepModel step = open(context, folder, bundle, 1, true);
          step.warmUp(); // Kernels that end a process do so here.
          return step;
        });
  }

  /** Opens the model of the bundle in asset folder {@code folder}, which is stored, not packed. */
  public static StepModel open(
      Context context, String folder, Bundle bundle, int threads, boolean xnnpack)
      throws BundleException {
    return of(map(context, folder, bundle), bundle, threads, xnnpack);
  }

  /** Opens the model of the tagger's bundle in asset folder {@code folder}. */
  public static TagSteps open(Context context, String folder, TaggerBundle bundle)
      throws BundleException {
    return marked(context, bundle, () -> of(map(context, folder, bundle), bundle));
  }

  /**
   * Returns the step of a model file that comes without a bundle, so that its sizes are whatever it
   * says.
   *
   * @param name of the file, for people
   * @throws BundleException it is no step that this TensorFlow Lite can run
   */
  public static StepModel of(MappedByteBuffer model, String name, int threads, boolean xnnpack)
      throws BundleException {
    try {
      return StepModel.of(model, threads, xnnpack);
    } catch (IllegalArgumentException | IllegalStateException error) {
      throw new BundleException(
          name + ": TensorFlow Lite " + StepModel.runtimeVersion() + " refuses it ("
              + line(error) + "); give a step that tflm export wrote");
    }
  }

  /** Returns the steps of a tagger's model file, in the same way. */
  static TagModel of(MappedByteBuffer model, TaggerBundle bundle) throws BundleException {
    return opened(bundle, () -> TagModel.of(model, 1));
  }

  /**
   * Returns the step of a bundle's model file.
   *
   * @throws BundleException this TensorFlow Lite cannot run it, or it is not the bundle's
   */
  public static StepModel of(
      MappedByteBuffer model, Bundle bundle, int threads, boolean xnnpack)
      throws BundleException {
    return opened(bundle, () -> checked(StepModel.of(model, threads, xnnpack), bundle));
  }

  /** Opens a model. */
  private interface Opener<T> {
    T open() throws BundleException;
  }

  private static <T> T marked(Context context, ModelBundle bundle, Opener<T> opener)
      throws BundleException {
    Loading loading = Loading.of(context, bundle);
    loading.begin();
    try {
      return opener.open();
    } finally {
      loading.end();
    }
  }

  private static <T> T opened(ModelBundle bundle, Opener<T> opener) throws BundleException {
    try {
      bundle.checkRuntime(StepModel.runtimeVersion());
      return opener.open();
    } catch (UnsatisfiedLinkError error) { // Of what tells the version.
      throw StepModel.noLibrary();
    } catch (IllegalArgumentException | IllegalStateException error) {
      throw refused(bundle, error);
    }
  }

  private static StepModel checked(StepModel step, Bundle bundle) throws BundleException {
    try {
      checkSize(bundle, "words", step.vocabularySize(), bundle.vocabulary().size());
      checkSize(bundle, "numbers of state", step.stateSize(), bundle.stateSize());
      return step;
    } catch (BundleException error) {
      step.close();
      throw error;
    }
  }

  private static MappedByteBuffer map(Context context, String folder, ModelBundle bundle)
      throws BundleException {
    try (AssetFileDescriptor asset = context.getAssets().openFd(folder + "/" + Bundle.MODEL);
        FileInputStream stream = new FileInputStream(asset.getFileDescriptor())) {
      return map(stream, asset.getStartOffset(), asset.getLength());
    } catch (IOException error) {
      throw unreadable(bundle, error);
    }
  }

  /** Returns a file that is open, as the memory that it is mapped to. */
  public static MappedByteBuffer map(FileInputStream file) throws IOException {
    return map(file, 0, file.getChannel().size());
  }

  private static MappedByteBuffer map(FileInputStream stream, long start, long bytes)
      throws IOException {
    return stream.getChannel().map(MapMode.READ_ONLY, start, bytes);
  }

  private static void checkSize(Bundle bundle, String what, int found, int expected)
      throws BundleException {
    if (found == expected) return;
    throw new BundleException(
        bundle.name() + ": its model has " + found + " " + what + " and its manifest says "
            + expected + "; copy the whole bundle again");
  }

  private static String line(RuntimeException reason) {
    return String.valueOf(reason.getMessage()).replaceAll("\\s+", " ").trim();
  }

  private static BundleException refused(ModelBundle bundle, RuntimeException reason) {
    return new BundleException(
        bundle.name() + ": TensorFlow Lite " + StepModel.runtimeVersion() + " refuses its model ("
            + line(reason) + "), which uses " + bundle.operations()
            + "; export it for this version");
  }

  private static BundleException unreadable(ModelBundle bundle, IOException reason) {
    return new BundleException(
        bundle.name() + ": its " + Bundle.MODEL + " cannot be mapped (" + reason.getMessage()
            + "); copy the bundle again, into an APK without compressing it");
  }
}
