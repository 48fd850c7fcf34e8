package org.tflm.keyboard.core.benchmark;

import java.io.FileInputStream;
import java.io.IOException;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.Sha256;

/** What a model's file is known by. */
public final class ModelFile {
  private final long bytes;
  private final String sha256;

  private ModelFile(long bytes, String sha256) {
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  /** Returns that of a bundle's model, which was checked when the bundle was read. */
  public static ModelFile of(Bundle bundle) {
    return new ModelFile(bundle.modelBytes(), bundle.modelSha256());
  }

  /**
   * Reads a file that no manifest tells of.
   *
   * @throws IOException it cannot be read
   */
  public static ModelFile read(FileInputStream file) throws IOException {
    return new ModelFile(file.getChannel().size(), Sha256.of(file));
  }

  public long bytes() {
    return bytes;
  }

  /** Returns its SHA-256 in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }
}
