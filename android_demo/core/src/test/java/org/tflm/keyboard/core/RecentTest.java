package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import org.junit.Test;

/** The last is the first, and is kept. */
public final class RecentTest {
  @Test
  public void theLastIsTheFirstAndThereOnce() {
    MemoryStorage storage = new MemoryStorage();
    Recent recent = new Recent(storage);
    for (String each : new String[] {"a", "b", "c", "a"}) {
      recent.add(each);
    }
    assertEquals(Arrays.asList("a", "c", "b"), new Recent(storage).all());
  }

  @Test
  public void theyAreNotEndless() {
    Recent recent = new Recent(new MemoryStorage());
    for (int i = 0; i < 100; i++) {
      recent.add("" + i);
    }
    assertEquals(32, recent.all().size());
    assertEquals("99", recent.all().get(0));
  }
}
