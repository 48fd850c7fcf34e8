package org.tflm.keyboard.benchmark;

import android.content.Context;
import java.io.File;
import java.io.IOException;
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

/** A model that is measured: of the app's assets, of a directory, or a file and no bundle. */
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

  /**
   * Reads what is known of a model.
   *
   * @param name the absolute path of a model's file or of a directory with a bundle, an asset
   *     folder, or null for the first bundle of the app
   * @throws BundleException there is none
   */
  static BenchmarkModel read(Context context, String name) throws BundleException {
    if (name == null || !name.startsWith("/")) {
      return ofAssets(context, folder(context, name));
    }
    File path = new File(name);
    return path.isFile() ? ofFile(path) : ofDirectory(path);
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

  private static BenchmarkModel ofAssets(Context context, String folder) throws BundleException {
    Bundle bundle = Bundle.read(Bundles.files(context.getAssets(), folder));
    return new BenchmarkModel(
        ModelFile.of(bundle),
        bundle,
        (threads, xnnpack) -> StepModels.open(context, folder, bundle, threads, xnnpack));
  }

  private static BenchmarkModel ofDirectory(File directory) throws BundleException {
    Bundle bundle = Bundle.read(Bundles.files(directory));
    return new BenchmarkModel(
        ModelFile.of(bundle),
        bundle,
        (threads, xnnpack) -> StepModels.open(directory, bundle, threads, xnnpack));
  }

  private static BenchmarkModel ofFile(File file) throws BundleException {
    try {
      return new BenchmarkModel(
          ModelFile.read(file),
          null,
          (threads, xnnpack) -> StepModels.open(file, threads, xnnpack));
    } catch (IOException error) {
      throw new BundleException(
          file.getName() + " cannot be read (" + error.getMessage() + "): push it again", error);
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
