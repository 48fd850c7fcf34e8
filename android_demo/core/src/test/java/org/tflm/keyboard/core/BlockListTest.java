package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import org.junit.Test;

public final class BlockListTest {
  private final MemoryStorage storage = new MemoryStorage();
  private final BlockList list = new BlockList(Collections.singleton("bad"), storage);

  @Test
  public void blocksInAnyCase() {
    assertTrue(list.test("Bad"));
    assertFalse(list.test("badge"));
  }

  @Test
  public void removedWordsStayRemovedUntilRestored() {
    list.remove("Siri");
    assertTrue(new BlockList(Collections.<String>emptySet(), storage).test("siri"));
    assertEquals(Collections.singleton("siri"), list.removed());
    list.restore("siri");
    assertFalse(list.test("siri"));
    assertEquals("", storage.text);
  }

  @Test
  public void aWipeKeepsWhatIsAlwaysBlocked() {
    list.remove("siri");
    list.wipe();
    assertEquals("", storage.text);
    assertFalse(list.test("siri"));
    assertTrue(list.test("bad"));
  }

  @Test
  public void linesAreWordsAndRemarks() throws Exception {
    byte[] text = "# remark\n\n One \ntwo\n".getBytes(StandardCharsets.UTF_8);
    Set<String> words = BlockList.read(new ByteArrayInputStream(text));
    assertEquals(2, words.size());
    assertTrue(words.contains("one"));
  }

  @Test
  public void offensiveWordsComeWithTheKeyboard() throws Exception {
    Set<String> words = BlockList.offensive();
    assertTrue(words.size() > 40);
    Vocabulary vocabulary = Bundle.read(Repository.keyboard()).vocabulary();
    Candidates candidates = new Candidates(vocabulary, new BlockList(words, storage));
    for (int id : candidates.best(new float[vocabulary.size()], "", vocabulary.size())) {
      assertFalse(words.contains(vocabulary.word(id)));
    }
  }
}
