package org.tflm.keyboard.model;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.MappedByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.Tensor;
import org.tensorflow.lite.TensorFlowLite;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Step;

/**
 * A language model's file, read by TensorFlow Lite, of which only {@link TagModel} knows too.
 *
 * <p>The file is mapped, not copied: what one step does not touch, such as the embedding of a rare
 * word, need not be in memory. All buffers are made once. An instance is for one thread at a time.
 */
public final class StepModel implements Step.Timed {
  private static final String SIGNATURE = "step";
  private static final String WITH_HIDDEN = "step_hidden"; // Of files that a cache can use.

  private final Interpreter interpreter;
  private final int vocabularySize;
  private final int stateSize;
  private final Tensor hidden; // null for none.
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
    hidden =
        Arrays.asList(interpreter.getSignatureKeys()).contains(WITH_HIDDEN)
            ? interpreter.getOutputTensorFromSignature("hidden", WITH_HIDDEN)
            : null;
    inputs[token] = tokenIn;
    inputs[state] = stateIn;
    outputs.put(logits, logitsOut);
    outputs.put(next, stateOut);
  }

  /**
   * Returns the step in a model's file.
   *
   * @param model the file; it stays in use until {@link #close}
   * @param threads how many threads one step may use; one is fastest for the models of a keyboard
   * @param xnnpack whether the XNNPACK delegate, TensorFlow Lite's default, may take what it knows
   * @throws BundleException this app has no TensorFlow Lite for this processor
   * @throws IllegalArgumentException or IllegalStateException, TensorFlow Lite refuses it
   */
  static StepModel of(MappedByteBuffer model, int threads, boolean xnnpack)
      throws BundleException {
    return open(model, threads, xnnpack, StepModel::new);
  }

  /** Returns what {@code reader} makes of a file, which is closed if it cannot. */
  static <T> T open(
      MappedByteBuffer model, int threads, boolean xnnpack, Function<Interpreter, T> reader)
      throws BundleException {
    Interpreter.Options options =
        new Interpreter.Options().setNumThreads(threads).setUseXNNPACK(xnnpack);
    try {
      Interpreter interpreter = new Interpreter(model, options);
      try {
        return reader.apply(interpreter);
      } catch (RuntimeException error) {
        interpreter.close();
        throw error;
      }
    } catch (UnsatisfiedLinkError error) {
      throw noLibrary();
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

  /** Makes a step of which nobody wants to know what it says. */
  void warmUp() {
    tokenIn.put(0, 0);
    run();
  }

  @Override
  public void read(int token, float[] state, float[] logits, float[] next) {
    if (token < 0 || token >= vocabularySize) {
      throw new IllegalArgumentException("no word has id " + token);
    }
    tokenIn.put(0, token);
    rewind(stateIn);
    stateIn.put(state);
    run();
    rewind(logitsOut);
    logitsOut.get(logits);
    rewind(stateOut);
    stateOut.get(next);
  }

  private void run() {
    rewind(logitsOut);
    rewind(stateOut);
    interpreter.runForMultipleInputsOutputs(inputs, outputs);
  }

  @Override
  public int hiddenSize() {
    return hidden == null ? 0 : hidden.numElements();
  }

  @Override
  public void hidden(float[] vector) {
    hidden.asReadOnlyBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer().get(vector);
  }

  @Override
  public long lastInvokeNanos() {
    return interpreter.getLastNativeInferenceDurationNanoseconds();
  }

  @Override
  public void close() {
    interpreter.close();
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

  static ByteBuffer direct(int numbers) {
    return ByteBuffer.allocateDirect(4 * numbers).order(ByteOrder.nativeOrder());
  }

  /** Rewinds by the method that Buffer has: Android below 13 has no other. */
  static void rewind(Buffer buffer) {
    buffer.rewind();
  }

  static BundleException noLibrary() {
    return new BundleException(
        "this app has no TensorFlow Lite for the processor of this phone: build it for that");
  }
}
