package org.tflm.keyboard.model;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.Interpreter;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.TagSteps;

/**
 * A tagger's file, read by TensorFlow Lite: a signature for each direction.
 *
 * <p>All buffers are made once. An instance is for one thread at a time.
 */
public final class TagModel implements TagSteps {
  private static final String[] SIGNATURES = {"step", "step_backward"};

  private final Interpreter interpreter;
  private final List<String> signatures = new ArrayList<>();
  private final IntBuffer tokenIn;
  private final FloatBuffer stateIn;
  private final FloatBuffer logitsOut;
  private final FloatBuffer stateOut;
  private final Map<String, Object> inputs = new HashMap<>();
  private final Map<String, Object> outputs = new HashMap<>();

  private TagModel(Interpreter interpreter) {
    this.interpreter = interpreter;
    List<String> keys = Arrays.asList(interpreter.getSignatureKeys());
    for (String signature : SIGNATURES) {
      if (keys.contains(signature)) {
        signatures.add(signature);
      }
    }
    tokenIn = StepModel.direct(input("token")).asIntBuffer();
    stateIn = StepModel.direct(input("state")).asFloatBuffer();
    logitsOut = StepModel.direct(output("logits")).asFloatBuffer();
    stateOut = StepModel.direct(output("state")).asFloatBuffer();
    inputs.put("token", tokenIn);
    inputs.put("state", stateIn);
    outputs.put("logits", logitsOut);
    outputs.put("state", stateOut);
  }

  /**
   * Returns the steps in a model's file, as {@link StepModel#of}.
   *
   * @param model the file; it stays in use until {@link #close}
   * @param threads how many threads one step may use
   */
  static TagModel of(MappedByteBuffer model, int threads) throws BundleException {
    return StepModel.open(model, threads, true, TagModel::new);
  }

  @Override
  public int directions() {
    return signatures.size();
  }

  @Override
  public int tokens() {
    return tokenIn.capacity();
  }

  @Override
  public int labels() {
    return logitsOut.capacity();
  }

  @Override
  public int stateSize() {
    return stateIn.capacity();
  }

  @Override
  public void read(int direction, int[] tokens, float[] state, float[] logits, float[] next) {
    StepModel.rewind(tokenIn);
    tokenIn.put(tokens);
    StepModel.rewind(stateIn);
    stateIn.put(state);
    StepModel.rewind(logitsOut);
    StepModel.rewind(stateOut);
    interpreter.runSignature(inputs, outputs, signatures.get(direction));
    StepModel.rewind(logitsOut);
    logitsOut.get(logits);
    StepModel.rewind(stateOut);
    stateOut.get(next);
  }

  @Override
  public void close() {
    interpreter.close();
  }

  private int input(String name) {
    return interpreter.getInputTensorFromSignature(name, SIGNATURES[0]).numElements();
  }

  private int output(String name) {
    return interpreter.getOutputTensorFromSignature(name, SIGNATURES[0]).numElements();
  }
}
