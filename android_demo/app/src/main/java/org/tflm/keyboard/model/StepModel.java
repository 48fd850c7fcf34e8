package org.tflm.keyboard.model;

import android.content.Context;
import android.content.res.AssetFileDescriptor;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.Tensor;
import org.tensorflow.lite.TensorFlowLite;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Step;

/**
 * A bundle's model file, read by TensorFlow Lite. No other class knows of that library.
 *
 * <p>The file is mapped, not copied: what one step does not touch, such as the embedding of a rare
 * word, need not be in memory. All buffers are made once. An instance is for one thread at a time.
 */
public final class StepModel implements Step.Timed {
  private static final String SIGNATURE = "step";

  private final Interpreter interpreter;
  private final int vocabularySize;
  private final int stateSize;
  private final IntBuffer tokenIn = direct(1).asIntBuffer();
  private final FloatBuffer stateIn;
  private final FloatBuffer logitsOut;
  private final FloatBuffer stateOut;
  private final Object[] inputs = new Object[2];
  private final Map<Integer, Object> outputs = new TreeMap<>();

  private StepModel(Interpreter interpreter) {
    this.interpreter = interpreter;
    // Places in the lists of tensors, as a run by a signature's names looks each up anew.
    int token = inputPlace("token");
    int state = inputPlace("state");
    int logits = outputPlace("logits");
    int next = outputPlace("state");
    stateSize = interpreter.getInputTensor(state).numElements();
    vocabularySize = interpreter.getOutputTensor(logits).numElements();
    stateIn = direct(stateSize).asFloatBuffer();
    logitsOut = direct(vocabularySize).asFloatBuffer();
    stateOut = direct(stateSize).asFloatBuffer();
    inputs[token] = tokenIn;
    inputs[state] = stateIn;
    outputs.put(logits, logitsOut);
    outputs.put(next, stateOut);
  }

  /** Opens the model of the bundle in asset folder {@code folder}, with XNNPACK. */
  public static StepModel open(Context context, String folder, Bundle bundle, int threads)
      throws BundleException {
    return open(context, folder, bundle, threads, true);
  }

  /** Opens the model of the bundle in asset folder {@code folder}, which is stored, not packed. */
  public static StepModel open(
      Context context, String folder, Bundle bundle, int threads, boolean xnnpack)
      throws BundleException {
    try (AssetFileDescriptor asset = context.getAssets().openFd(folder + "/" + Bundle.MODEL);
        FileInputStream stream = new FileInputStream(asset.getFileDescriptor())) {
      MappedByteBuffer model = map(stream, asset.getStartOffset(), asset.getLength());
      return of(model, bundle, threads, xnnpack);
    } catch (IOException error) {
      throw unreadable(bundle, error);
    }
  }

  /** Opens the model of the bundle in directory {@code folder}, with XNNPACK. */
  public static StepModel open(File folder, Bundle bundle, int threads) throws BundleException {
    return open(folder, bundle, threads, true);
  }

  /** Opens the model of the bundle in directory {@code folder}. */
  public static StepModel open(File folder, Bundle bundle, int threads, boolean xnnpack)
      throws BundleException {
    try {
      return of(map(new File(folder, Bundle.MODEL)), bundle, threads, xnnpack);
    } catch (IOException error) {
      throw unreadable(bundle, error);
    }
  }

  /**
   * Opens a model file that comes without a bundle, so that its sizes are whatever it says.
   *
   * @throws BundleException it cannot be read, or is no step that this TensorFlow Lite can run
   */
  public static StepModel open(File file, int threads, boolean xnnpack) throws BundleException {
    try {
      return load(map(file), threads, xnnpack);
    } catch (IOException error) {
      throw new BundleException(
          file.getName() + " cannot be mapped (" + error.getMessage() + "): copy it again");
    } catch (IllegalArgumentException | IllegalStateException error) {
      throw new BundleException(
          file.getName() + ": TensorFlow Lite " + runtimeVersion() + " refuses it ("
              + line(error) + "); give a step that tflm export wrote");
    }
  }

  /** Returns the step of a model file, with XNNPACK; see the other. */
  public static StepModel of(MappedByteBuffer model, Bundle bundle, int threads)
      throws BundleException {
    return of(model, bundle, threads, true);
  }

  /**
   * Returns the step of a model file.
   *
   * @param model the file; it stays in use until {@link #close}
   * @param bundle what the file must be
   * @param threads how many threads one step may use; one is fastest for the models of a keyboard
   * @param xnnpack whether the XNNPACK delegate, TensorFlow Lite's default, may take what it knows
   * @throws BundleException if this TensorFlow Lite cannot run it, or it is not the bundle's
   */
  public static StepModel of(MappedByteBuffer model, Bundle bundle, int threads, boolean xnnpack)
      throws BundleException {
    try {
      bundle.checkRuntime(runtimeVersion());
      return checked(load(model, threads, xnnpack), bundle);
    } catch (UnsatisfiedLinkError error) { // Of what tells the version.
      throw noLibrary();
    } catch (IllegalArgumentException | IllegalStateException error) {
      throw refused(bundle, error);
    }
  }

  /** Returns the version of TensorFlow Lite in this app, such as 2.16.1. */
  public static String runtimeVersion() {
    return TensorFlowLite.runtimeVersion();
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public int stateSize() {
    return stateSize;
  }

  @Override
  public void read(int token, float[] state, float[] logits, float[] next) {
    if (token < 0 || token >= vocabularySize) {
      throw new IllegalArgumentException("no word has id " + token);
    }
    tokenIn.put(0, token);
    rewind(stateIn);
    stateIn.put(state);
    rewind(logitsOut);
    rewind(stateOut);
    interpreter.runForMultipleInputsOutputs(inputs, outputs);
    rewind(logitsOut);
    logitsOut.get(logits);
    rewind(stateOut);
    stateOut.get(next);
  }

  @Override
  public long lastInvokeNanos() {
    return interpreter.getLastNativeInferenceDurationNanoseconds();
  }

  @Override
  public void close() {
    interpreter.close();
  }

  private static StepModel load(MappedByteBuffer model, int threads, boolean xnnpack)
      throws BundleException {
    Interpreter.Options options =
        new Interpreter.Options().setNumThreads(threads).setUseXNNPACK(xnnpack);
    try {
      Interpreter interpreter = new Interpreter(model, options);
      try {
        return new StepModel(interpreter);
      } catch (RuntimeException error) {
        interpreter.close();
        throw error;
      }
    } catch (UnsatisfiedLinkError error) {
      throw noLibrary();
    }
  }

  private static StepModel checked(StepModel step, Bundle bundle) throws BundleException {
    try {
      checkSize(bundle, "words", step.vocabularySize, bundle.vocabulary().size());
      checkSize(bundle, "numbers of state", step.stateSize, bundle.stateSize());
      return step;
    } catch (BundleException error) {
      step.close();
      throw error;
    }
  }

  private int inputPlace(String name) {
    Tensor named = interpreter.getInputTensorFromSignature(name, SIGNATURE);
    return place(named, interpreter.getInputTensorCount(), interpreter::getInputTensor);
  }

  private int outputPlace(String name) {
    Tensor named = interpreter.getOutputTensorFromSignature(name, SIGNATURE);
    return place(named, interpreter.getOutputTensorCount(), interpreter::getOutputTensor);
  }

  private static int place(Tensor named, int count, IntFunction<Tensor> tensors) {
    for (int i = 0; i < count; i++) {
      if (tensors.apply(i).index() == named.index()) return i;
    }
    throw new IllegalArgumentException("its step is not its main graph");
  }

  private static MappedByteBuffer map(File file) throws IOException {
    try (FileInputStream stream = new FileInputStream(file)) {
      return map(stream, 0, file.length());
    }
  }

  private static MappedByteBuffer map(FileInputStream stream, long start, long bytes)
      throws IOException {
    return stream.getChannel().map(MapMode.READ_ONLY, start, bytes);
  }

  private static ByteBuffer direct(int numbers) {
    return ByteBuffer.allocateDirect(4 * numbers).order(ByteOrder.nativeOrder());
  }

  /** Rewinds by the method that Buffer has: Android below 13 has no other. */
  private static void rewind(Buffer buffer) {
    buffer.rewind();
  }

  private static void checkSize(Bundle bundle, String what, int found, int expected)
      throws BundleException {
    if (found == expected) return;
    throw new BundleException(
        bundle.name() + ": its model has " + found + " " + what + " and its manifest says "
            + expected + "; copy the whole bundle again");
  }

  private static BundleException noLibrary() {
    return new BundleException(
        "this app has no TensorFlow Lite for the processor of this phone: build it for that");
  }

  private static String line(RuntimeException reason) {
    return String.valueOf(reason.getMessage()).replaceAll("\\s+", " ").trim();
  }

  private static BundleException refused(Bundle bundle, RuntimeException reason) {
    return new BundleException(
        bundle.name() + ": TensorFlow Lite " + runtimeVersion() + " refuses its model ("
            + line(reason) + "), which uses " + bundle.operations()
            + "; export it for this version");
  }

  private static BundleException unreadable(Bundle bundle, IOException reason) {
    return new BundleException(
        bundle.name() + ": its " + Bundle.MODEL + " cannot be mapped (" + reason.getMessage()
            + "); copy the bundle again, into an APK without compressing it");
  }
}
