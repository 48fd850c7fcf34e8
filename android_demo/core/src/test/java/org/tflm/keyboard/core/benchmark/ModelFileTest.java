package org.tflm.keyboard.core.benchmark;

import static org.junit.Assert.assertEquals;

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
    ModelFile file = ModelFile.read(path.toFile());
    Files.delete(path);
    assertEquals(3, file.bytes());
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", file.sha256());
  }

  @Test
  public void aBundlesModelIsKnownByItsManifest() throws Exception {
    ModelFile told = ModelFile.of(Bundle.read(Repository.keyboard()));
    String path = "android_demo/app/src/main/assets/keyboard/" + Bundle.MODEL;
    ModelFile read = ModelFile.read(Repository.file(path).toFile());
    assertEquals(read.bytes(), told.bytes());
    assertEquals(read.sha256(), told.sha256());
  }
}
