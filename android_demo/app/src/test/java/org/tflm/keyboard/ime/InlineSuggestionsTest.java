package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.os.Bundle;
import android.text.InputType;
import android.view.View;
import android.view.inputmethod.InlineSuggestionsRequest;
import android.widget.inline.InlinePresentationSpec;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.tflm.keyboard.R;

/** Offers of a password manager. */
@RunWith(RobolectricTestRunner.class)
public final class InlineSuggestionsTest {
  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void openLogin() {
    keyboard = keyboards.add();
    keyboard.open(InputType.TYPE_CLASS_TEXT, 0);
  }

  @Test
  public void theyMayBeAsHighAsTheBar() {
    InlineSuggestionsRequest request =
        ((KeyboardService) keyboard.context()).onCreateInlineSuggestionsRequest(new Bundle());
    InlinePresentationSpec spec = request.getInlinePresentationSpecs().get(0);
    int bar =
        keyboard.context().getResources().getDimensionPixelSize(R.dimen.suggestion_bar_height);
    assertEquals(bar, spec.getMaxSize().getHeight());
    assertTrue(spec.getStyle().containsKey("androidx.autofill.inline.ui.version:key"));
    assertTrue(request.getMaxSuggestionCount() > 1);
  }

  @Test
  public void theyTakeThePlaceOfSuggestionsInTheirField() {
    View offer = new View(keyboard.context());
    keyboard.view().showInline(List.of(offer));
    assertEquals(View.GONE, keyboard.view().suggestionBar().getVisibility());
    assertTrue(offer.isShown());
    keyboard.leave();
    keyboard.open(InputType.TYPE_CLASS_TEXT, 0);
    assertEquals(View.VISIBLE, keyboard.view().suggestionBar().getVisibility());
  }
}
