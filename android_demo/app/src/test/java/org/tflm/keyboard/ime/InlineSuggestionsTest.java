package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.os.Bundle;
import android.text.InputType;
import android.view.View;
import android.view.inputmethod.InlineSuggestion;
import android.view.inputmethod.InlineSuggestionInfo;
import android.view.inputmethod.InlineSuggestionsRequest;
import android.view.inputmethod.InlineSuggestionsResponse;
import android.widget.inline.InlinePresentationSpec;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.tflm.keyboard.R;
import org.tflm.keyboard.ui.Key;

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

  @Test
  public void aTurnedPhoneTakesOffersThatWereMadeBefore() {
    KeyboardService service = (KeyboardService) keyboard.context();
    InlinePresentationSpec upright =
        service.onCreateInlineSuggestionsRequest(new Bundle()).getInlinePresentationSpecs().get(0);
    InlineSuggestionInfo info =
        InlineSuggestionInfo.newInlineSuggestionInfo(
            upright, InlineSuggestionInfo.SOURCE_AUTOFILL, null, "android:autofill:suggestion",
            false, null);
    InlineSuggestionsResponse response =
        InlineSuggestionsResponse.newInlineSuggestionsResponse(
            List.of(InlineSuggestion.newInlineSuggestion(info)));
    keyboard.turn("+w740dp-h360dp-land");
    assertTrue(service.onInlineSuggestionsResponse(response));
    keyboard.settle();
  }

  @Test
  public void emojiLeaveThemInTheOneBar() {
    View offer = new View(keyboard.context());
    keyboard.view().showInline(List.of(offer));
    keyboard.press(Key.Role.EMOJI);
    assertTrue(offer.isShown());
    assertEquals(View.GONE, keyboard.view().suggestionBar().getVisibility());
    keyboard.press(Key.Role.SEARCH);
    assertFalse(offer.isShown());
    assertTrue(keyboard.view().findViewById(R.id.emoji_query).isShown());
    keyboard.press(Key.Role.ENTER);
    assertTrue(offer.isShown());
    assertFalse(keyboard.view().findViewById(R.id.emoji_query).isShown());
    assertEquals(View.GONE, keyboard.view().suggestionBar().getVisibility());
  }

  @Test
  public void theyWaitForTheEndOfASearch() {
    View offer = new View(keyboard.context());
    keyboard.press(Key.Role.EMOJI);
    keyboard.press(Key.Role.SEARCH);
    keyboard.view().showInline(List.of(offer));
    assertFalse(offer.isShown());
    keyboard.press(Key.Role.ENTER);
    assertTrue(offer.isShown());
  }
}
