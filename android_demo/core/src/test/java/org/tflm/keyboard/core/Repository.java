package org.tflm.keyboard.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;

/** Files that tests share with other parts of the project. */
public final class Repository {
  private Repository() {}

  /** Returns a file of the repository, in a folder of which the tests run. */
  public static Path file(String name) {
    Path here = Paths.get("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(name);
      if (java.nio.file.Files.exists(file)) {
        return file;
      }
    }
    throw new IllegalStateException("run the tests in the repository: there is no " + name);
  }

  public static String text(String name) throws IOException {
    return new String(java.nio.file.Files.readAllBytes(file(name)), StandardCharsets.UTF_8);
  }

  /** Returns the bundle that is committed with the app. */
  public static Files keyboard() {
    Path folder = file("android_demo/app/src/main/assets/keyboard");
    return name -> java.nio.file.Files.newInputStream(folder.resolve(name));
  }

  /** Returns a bundle in memory. */
  static Files memory(Map<String, byte[]> content) {
    return name -> {
      byte[] bytes = content.get(name);
      if (bytes == null) {
        throw new IOException("no " + name);
      }
      return new ByteArrayInputStream(bytes);
    };
  }

  static String resource(String name) throws IOException {
    Files resources = path -> Repository.class.getResourceAsStream("/" + path);
    return new String(BundleFiles.bytes(resources, name), StandardCharsets.UTF_8);
  }
}
