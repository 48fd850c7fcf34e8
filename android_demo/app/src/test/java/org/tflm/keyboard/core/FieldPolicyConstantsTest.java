package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.inputmethod.EditorInfo;
import java.lang.reflect.Field;
import org.junit.Test;

/** The core repeats constants of Android, which it does not see. */
public final class FieldPolicyConstantsTest {
  @Test
  public void everyConstantIsAndroidsOfThatName() throws ReflectiveOperationException {
    int count = 0;
    for (Field ours : FieldPolicy.class.getDeclaredFields()) {
      String name = ours.getName();
      if (name.startsWith("TYPE_") || name.startsWith("IME_")) {
        Class<?> android = name.startsWith("TYPE_") ? InputType.class : EditorInfo.class;
        assertEquals(name, android.getField(name).getInt(null), ours.getInt(null));
        count++;
      }
    }
    assertTrue("only " + count, count > 20);
  }
}
