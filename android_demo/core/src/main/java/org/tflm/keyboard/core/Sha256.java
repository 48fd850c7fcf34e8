package org.tflm.keyboard.core;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that manifests name their files by. */
public final class Sha256 {
  private Sha256() {}

  /** Returns the SHA-256 of some bytes in lower-case hexadecimal digits. */
  public static String of(byte[] content) {
    return digits(digest().digest(content));
  }

  /** Returns the same of a stream, which need not fit into memory. */
  public static String of(InputStream stream) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    for (int size = stream.read(buffer); size >= 0; size = stream.read(buffer)) {
      digest.update(buffer, 0, size);
    }
    return digits(digest.digest());
  }

  private static String digits(byte[] hash) {
    StringBuilder digits = new StringBuilder();
    for (byte b : hash) {
      digits.append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
    }
    return digits.toString();
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error); // Every Java has it.
    }
  }
}
