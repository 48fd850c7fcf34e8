package org.tflm.keyboard.core.benchmark;

import static org.junit.Assert.assertEquals;

import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;
import org.tflm.keyboard.core.Bundle;
import org.tflm.keyboard.core.Repository;

public final class ModelFileTest {
  @Test
  public void aBareFileIsKnownByItsBytes() throws Exception {
    Path path = Files.createTempFile("model", ".tflite");
    Files.write(path, "abc".getBytes(StandardCharsets.US_ASCII));
    ModelFile file = read(path);
    Files.delete(path);
    assertEquals(3, file.bytes());
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", file.sha256());
  }

  private static ModelFile read(Path path) throws Exception {
    try (FileInputStream stream = new FileInputStream(path.toFile())) {
      return ModelFile.read(stream);
    }
  }

  @Test
  public void aBundlesModelIsKnownByItsManifest() throws Exception {
    ModelFile told = ModelFile.of(Bundle.read(Repository.keyboard()));
    String path = "android_demo/app/src/main/assets/keyboard/" + Bundle.MODEL;
    ModelFile read = read(Repository.file(path));
    assertEquals(read.bytes(), told.bytes());
    assertEquals(read.sha256(), told.sha256());
  }
}
