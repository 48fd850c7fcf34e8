package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.View;
import android.widget.GridView;
import android.widget.TextView;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.tflm.keyboard.R;
import org.tflm.keyboard.settings.KeyboardApplication;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyView;

/** Emoji: all of them, those of a name, and the last ones. */
@RunWith(RobolectricTestRunner.class)
public final class EmojiTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;
  private static final String GRIN = "\uD83D\uDE00";

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void openPage() {
    keyboard = keyboards.add();
    keyboard.open(TEXT, 0);
    keyboard.press(Key.Role.EMOJI);
    keyboard.layout();
  }

  private GridView grid() {
    return keyboard.views(GridView.class).get(0);
  }

  private List<String> recent() {
    return KeyboardApplication.recentEmoji(keyboard.context()).all();
  }

  private void touch(String emoji) {
    for (KeyView key : keyboard.views(KeyView.class)) {
      if (key.key().text().equals(emoji) && key.isShown()) {
        key.performClick();
        keyboard.settle();
        return;
      }
    }
    throw new AssertionError("there is no " + emoji);
  }

  @Test
  public void aTouchTypesOne() {
    touch(GRIN);
    assertEquals(GRIN, keyboard.text());
    assertEquals(List.of(GRIN), recent());
    keyboard.press(Key.Role.LETTERS);
    keyboard.type("hi");
    assertEquals(GRIN + "hi", keyboard.text());
  }

  @Test
  public void theLastOnesAreTheFirst() {
    int all = grid().getAdapter().getCount();
    touch(GRIN);
    keyboard.press(Key.Role.LETTERS);
    keyboard.press(Key.Role.EMOJI);
    assertEquals(all + 1, grid().getAdapter().getCount());
    assertEquals(GRIN, grid().getAdapter().getItem(0));
  }

  @Test
  public void noneIsKeptOfPrivateFields() {
    keyboard.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    keyboard.press(Key.Role.EMOJI);
    keyboard.layout();
    touch(GRIN);
    assertEquals(GRIN, keyboard.text());
    assertTrue(recent().isEmpty());
  }

  @Test
  public void aNameFindsThemAndIsNotTyped() {
    keyboard.press(Key.Role.SEARCH);
    keyboard.type("pizz");
    TextView name = keyboard.view().findViewById(R.id.emoji_query);
    assertEquals("pizz", name.getText().toString());
    assertEquals(View.GONE, keyboard.view().suggestionBar().getVisibility());
    touch("\uD83C\uDF55");
    assertEquals("\uD83C\uDF55", keyboard.text());
    keyboard.press(Key.Role.DELETE);
    assertEquals("piz", name.getText().toString());
  }

  @Test
  public void enterLeavesTheSearch() {
    keyboard.press(Key.Role.SEARCH);
    keyboard.type("a b");
    keyboard.press(Key.Role.ENTER);
    assertEquals(View.VISIBLE, keyboard.view().suggestionBar().getVisibility());
    assertFalse(keyboard.views(GridView.class).isEmpty());
    assertEquals("", keyboard.text());
  }

  @Test
  public void theNextFieldHasNoSearch() {
    keyboard.press(Key.Role.SEARCH);
    keyboard.type("heart");
    keyboard.leave();
    keyboard.open(TEXT, 0);
    keyboard.type("hi");
    assertEquals("hi", keyboard.text());
  }

  @Test
  public void spaceAndDeleteWorkBelowThem() {
    touch(GRIN);
    keyboard.press(Key.Role.SPACE);
    keyboard.press(Key.Role.DELETE);
    keyboard.press(Key.Role.DELETE);
    assertEquals("", keyboard.text());
  }

  @Test
  public void aHeldDeleteEmptiesTheNameAndLeavesTheSearch() {
    keyboard.press(Key.Role.LETTERS);
    keyboard.type("hello you");
    keyboard.press(Key.Role.EMOJI);
    keyboard.press(Key.Role.SEARCH);
    keyboard.type("heart");
    keyboard.hold(keyboard.key(Key.Role.DELETE), 10_000);
    assertEquals(View.VISIBLE, keyboard.view().suggestionBar().getVisibility());
    assertFalse(keyboard.views(GridView.class).isEmpty());
    assertEquals("hello you", keyboard.text());
  }

  @Test
  public void aLongNameIsDeletedBeforeTheText() {
    keyboard.press(Key.Role.LETTERS);
    keyboard.type("hello you");
    keyboard.press(Key.Role.EMOJI);
    keyboard.press(Key.Role.SEARCH);
    keyboard.type("a name of more than twenty letters");
    keyboard.hold(keyboard.key(Key.Role.DELETE), 2_000);
    TextView name = keyboard.view().findViewById(R.id.emoji_query);
    assertTrue(name.getText().toString(), name.getText().toString().startsWith("a na"));
    assertTrue(name.length() < 14);
    assertEquals("hello you", keyboard.text());
  }

  @Test
  public void aFieldThatIsToldOfAgainKeepsTheSearch() {
    keyboard.press(Key.Role.SEARCH);
    keyboard.type("pizz");
    keyboard.restart();
    keyboard.type("a");
    TextView name = keyboard.view().findViewById(R.id.emoji_query);
    assertEquals("pizza", name.getText().toString());
    assertEquals("", keyboard.text());
  }
}
