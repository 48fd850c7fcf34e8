package org.tflm.keyboard.benchmark;

import android.content.Context;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.util.List;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.BlockList;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.core.Predictor;
import org.tflm.keyboard.core.Storage;
import org.tflm.keyboard.core.Task;
import org.tflm.keyboard.core.benchmark.ModelFile;
import org.tflm.keyboard.model.Bundles;
import org.tflm.keyboard.model.StepModel;
import org.tflm.keyboard.model.StepModels;

/**
 * A model that is measured, by its name: an asset folder of the app, or the absolute path of a
 * model's file or of a directory with a bundle; the first bundle of the app if it has none.
 */
final class BenchmarkModel {
  /** Keeps nothing: what is measured is not what a user taught the keyboard. */
  private static final Storage NOTHING =
      new Storage() {
        @Override
        public String load() {
          return "";
        }

        @Override
        public void save(String text) {
          // It is forgotten.
        }
      };

  /** Opens a model with so many threads, and XNNPACK or not. */
  private interface Opener {
    StepModel open(int threads, boolean xnnpack) throws BundleException;
  }

  private final ModelFile file;
  private final Bundle bundle;
  private final Opener opener;

  private BenchmarkModel(ModelFile file, Bundle bundle, Opener opener) {
    this.file = file;
    this.bundle = bundle;
    this.opener = opener;
  }

  /** Tells whether a name is that of a file that came from elsewhere, and so of any content. */
  static boolean isForeign(String name) {
    return name != null && name.startsWith("/");
  }

  ModelFile file() {
    return file;
  }

  /** Tells whether it has words, so that it can be typed with. */
  boolean hasWords() {
    return bundle != null;
  }

  StepModel open(int threads, boolean xnnpack) throws BundleException {
    return opener.open(threads, xnnpack);
  }

  /** Opens it as the keyboard does, but without the words of a user. */
  Predictor predictor(int threads, boolean xnnpack) throws BundleException {
    BlockList blocked = new BlockList(BlockList.offensive(), NOTHING);
    return new Predictor(open(threads, xnnpack), bundle, blocked, new PersonalWords(NOTHING));
  }

  /**
   * Reads what is known of a model of this app.
   *
   * @param name an asset folder, or null for the first bundle
   * @throws BundleException there is none
   */
  static BenchmarkModel ofAssets(Context context, String name) throws BundleException {
    String folder = folder(context, name);
    Bundle bundle = Bundle.read(Bundles.files(context.getAssets(), folder));
    return new BenchmarkModel(
        ModelFile.of(bundle),
        bundle,
        (threads, xnnpack) -> StepModels.open(context, folder, bundle, threads, xnnpack));
  }

  /**
   * Reads what is known of a model that came from elsewhere.
   *
   * @throws BundleException it cannot be read
   */
  static BenchmarkModel ofForeign(ForeignFiles files) throws BundleException {
    try {
      MappedByteBuffer model = StepModels.map(files.model());
      if (files.areBundle()) {
        Bundle bundle = Bundle.read(files);
        return new BenchmarkModel(
            ModelFile.of(bundle),
            bundle,
            (threads, xnnpack) -> StepModels.of(model, bundle, threads, xnnpack));
      }
      return new BenchmarkModel(
          ModelFile.read(files.model()),
          null,
          (threads, xnnpack) -> StepModels.of(model, files.name(), threads, xnnpack));
    } catch (IOException error) {
      throw new BundleException(
          files.name() + " cannot be read (" + error.getMessage() + "): push it again", error);
    }
  }

  private static String folder(Context context, String name) throws BundleException {
    List<String> folders = Bundles.folders(context.getAssets(), Task.PREDICT);
    if (folders.isEmpty()) {
      throw new BundleException(context.getString(R.string.no_bundle));
    }
    return name == null ? folders.get(0) : name;
  }
}
