package org.tflm.keyboard.model;

import java.nio.ByteBuffer;
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
  private final List<Buffers> directions = new ArrayList<>();

  private TagModel(Interpreter interpreter) {
    this.interpreter = interpreter;
    List<String> keys = Arrays.asList(interpreter.getSignatureKeys());
    for (String signature : SIGNATURES) {
      if (keys.contains(signature)) {
        directions.add(new Buffers(interpreter, signature));
      }
    }
    if (directions.isEmpty()) {
      throw new IllegalArgumentException("it has no step");
    }
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
    return directions.size();
  }

  @Override
  public int tokens() {
    return directions.get(0).tokenIn.capacity();
  }

  @Override
  public int labels() {
    return directions.get(0).logitsOut.capacity();
  }

  @Override
  public int stateSize(int direction) {
    return directions.get(direction).stateIn.capacity();
  }

  @Override
  public void read(int direction, int[] tokens, float[] state, float[] logits, float[] next) {
    directions.get(direction).run(interpreter, tokens, state, logits, next);
  }

  @Override
  public void close() {
    interpreter.close();
  }

  /** What one direction reads and writes. */
  private static final class Buffers {
    final String signature;
    final IntBuffer tokenIn;
    final FloatBuffer stateIn;
    final FloatBuffer logitsOut;
    final FloatBuffer stateOut;
    final Map<String, Object> inputs = new HashMap<>();
    final Map<String, Object> outputs = new HashMap<>();

    Buffers(Interpreter interpreter, String signature) {
      this.signature = signature;
      tokenIn = input(interpreter, "token").asIntBuffer();
      stateIn = input(interpreter, "state").asFloatBuffer();
      logitsOut = output(interpreter, "logits").asFloatBuffer();
      stateOut = output(interpreter, "state").asFloatBuffer();
      inputs.put("token", tokenIn);
      inputs.put("state", stateIn);
      outputs.put("logits", logitsOut);
      outputs.put("state", stateOut);
    }

    void run(Interpreter interpreter, int[] tokens, float[] state, float[] logits, float[] next) {
      StepModel.rewind(tokenIn);
      tokenIn.put(tokens);
      StepModel.rewind(stateIn);
      stateIn.put(state);
      StepModel.rewind(logitsOut);
      StepModel.rewind(stateOut);
      interpreter.runSignature(inputs, outputs, signature);
      StepModel.rewind(logitsOut);
      logitsOut.get(logits);
      StepModel.rewind(stateOut);
      stateOut.get(next);
    }

    private ByteBuffer input(Interpreter interpreter, String name) {
      return StepModel.direct(
          interpreter.getInputTensorFromSignature(name, signature).numElements());
    }

    private ByteBuffer output(Interpreter interpreter, String name) {
      return StepModel.direct(
          interpreter.getOutputTensorFromSignature(name, signature).numElements());
    }
  }
}
