package org.tflm.keyboard.core;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that manifests name their files by. */
final class Sha256 {
  private Sha256() {}

  /** Returns the SHA-256 of some bytes in lower-case hexadecimal digits. */
  static String of(byte[] content) {
    try {
      StringBuilder digits = new StringBuilder();
      for (byte b : MessageDigest.getInstance("SHA-256").digest(content)) {
        digits.append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
      }
      return digits.toString();
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error); // Every Java has it.
    }
  }
}
