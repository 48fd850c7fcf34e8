package org.tflm.keyboard.ime;

import android.content.Intent;
import android.content.res.Configuration;
import android.inputmethodservice.InputMethodService;
import android.os.Bundle;
import android.os.SystemClock;
import android.text.InputType;
import android.view.View;
import android.view.inputmethod.EditorInfo;
import android.view.inputmethod.InlineSuggestionsRequest;
import android.view.inputmethod.InlineSuggestionsResponse;
import java.util.List;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Casing;
import org.tflm.keyboard.core.FieldPolicy;
import org.tflm.keyboard.core.Request;
import org.tflm.keyboard.core.SlotAction;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.Typist;
import org.tflm.keyboard.settings.KeyboardApplication;
import org.tflm.keyboard.settings.ModelActivity;
import org.tflm.keyboard.settings.Setting;
import org.tflm.keyboard.ui.Arrangement;
import org.tflm.keyboard.ui.EnterKey;
import org.tflm.keyboard.ui.Feedback;
import org.tflm.keyboard.ui.InputView;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyboardListener;

/**
 * The keyboard as Android knows it: joins the views, the field, the typist and the model.
 *
 * <p>A key edits the text at once; suggestions come when the model's thread has them. Nothing that
 * is typed is logged, and the model's state is wiped when the input of a text ends. A change of
 * the configuration makes Android create the views anew.
 */
public final class KeyboardService extends InputMethodService implements KeyboardListener {
  private static final int CAPITALS =
      InputType.TYPE_TEXT_FLAG_CAP_SENTENCES | InputType.TYPE_TEXT_FLAG_CAP_WORDS;

  private ConnectionEditor editor;
  private Languages languages;
  private Offers offers;
  private Typist typist;
  private InlineSuggestions inline;
  private Feedback feedback;
  private OtherKeyboards others;
  private InputView view; // Null until the keyboard is seen.
  private boolean isReconfigured; // And what Android tells of the field is what it was at first.

  @Override
  public void onCreate() {
    super.onCreate();
    editor = new ConnectionEditor(this);
    languages = new Languages(this, this::showState);
    offers = new Offers(this, () -> typist.field().isPrivate(), this::paste);
    typist = new Typist(editor, SystemClock::uptimeMillis, languages::learn, this::showState);
    inline = new InlineSuggestions(this, this::showInline);
    feedback = new Feedback(this);
    others = new OtherKeyboards(this);
  }

  @Override
  public void onDestroy() {
    offers.close();
    languages.close();
    editor.close();
    super.onDestroy();
  }

  /** Tells of the field again, too, by what the app said of it when its input began. */
  @Override
  public void onConfigurationChanged(Configuration configuration) {
    isReconfigured = true;
    super.onConfigurationChanged(configuration);
    isReconfigured = false;
  }

  @Override
  public View onCreateInputView() {
    view = new InputView(this, this, feedback, () -> KeyboardApplication.recentEmoji(this));
    showOneHanded();
    return view;
  }

  /** The field stays in sight, in landscape too: four low rows leave room for it. */
  @Override
  public boolean onEvaluateFullscreenMode() {
    return false;
  }

  @Override
  public void onStartInput(EditorInfo field, boolean restarting) {
    super.onStartInput(field, restarting);
    languages.begin();
    typist.setDoubleSpaceFullStop(Setting.DOUBLE_SPACE.isOn(this));
    typist.setMarks(Setting.MARKS.isOn(this));
    typist.setAutoCorrect(Setting.AUTO_CORRECT.isOn(this));
    int start = field.initialSelStart;
    int end = field.initialSelEnd;
    if (isReconfigured) {
      typist.check();
    } else if (restarting) {
      typist.restart(policy(field), start, end, ConnectionEditor.initial(field));
    } else {
      typist.start(policy(field), start, end, ConnectionEditor.initial(field));
    }
    showState();
  }

  @Override
  public void onStartInputView(EditorInfo field, boolean restarting) {
    super.onStartInputView(field, restarting);
    feedback.set(Setting.HAPTIC.isOn(this), Setting.SOUND.isOn(this));
    boolean hasPreviews = Setting.PREVIEWS.isOn(this) && !typist.field().isPassword();
    view.keyboard().begin(arrangement(), EnterKey.of(field), hasPreviews, restarting);
    showOneHanded();
    showState();
  }

  @Override
  public InlineSuggestionsRequest onCreateInlineSuggestionsRequest(Bundle uiExtras) {
    return inline.request();
  }

  @Override
  public boolean onInlineSuggestionsResponse(InlineSuggestionsResponse response) {
    return view != null && inline.show(response);
  }

  @Override
  public void onUpdateSelection(
      int oldStart, int oldEnd, int start, int end, int candidatesStart, int candidatesEnd) {
    super.onUpdateSelection(oldStart, oldEnd, start, end, candidatesStart, candidatesEnd);
    if (typist.select(start, end)) {
      showState();
    }
  }

  @Override
  public void onFinishInputView(boolean finishing) {
    view.keyboard().cancel();
    super.onFinishInputView(finishing);
  }

  @Override
  public void onFinishInput() {
    typist.finish();
    inline.clear();
    editor.forget();
    languages.forget();
    offers.forget();
    showState();
    super.onFinishInput();
  }

  @Override
  public void type(String text) {
    edit(() -> typist.type(text));
  }

  @Override
  public void press(Key.Role role) {
    switch (role) {
      case SPACE:
        edit(typist::space);
        break;
      case DELETE:
        edit(typist::backspace);
        break;
      case ENTER:
        edit(typist::enter);
        break;
      case SHIFT:
        typist.pressShift();
        showState();
        break;
      default:
        switchLanguage();
    }
  }

  @Override
  public void hold(Key.Role role) {
    switch (role) {
      case DELETE:
        edit(typist::deleteWord);
        break;
      case SHIFT:
        typist.lockShift();
        showState();
        break;
      default:
        others.list();
    }
  }

  @Override
  public void moveCursor(int characters) {
    edit(() -> typist.moveCursor(characters));
  }

  @Override
  public void typeEmoji(String emoji) {
    type(emoji);
    if (typist.field().learns()) {
      KeyboardApplication.recentEmoji(this).add(emoji);
    }
  }

  @Override
  public void oneHanded(boolean isOn, boolean isLeft) {
    Setting.ONE_HANDED.set(this, isOn);
    Setting.LEFT_HAND.set(this, isLeft);
    showOneHanded();
  }

  @Override
  public void choose(Suggestion suggestion) {
    edit(() -> typist.choose(suggestion));
  }

  @Override
  public void remove(Suggestion suggestion) {
    KeyboardApplication.words(this).remove(suggestion);
    showState();
  }

  @Override
  public void run(SlotAction action) {
    view.suggestionBar().showAction(null); // Until the text is another.
    offers.run(action);
  }

  @Override
  public void explain() {
    startActivity(
        new Intent(this, ModelActivity.class).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK));
  }

  private void paste(String copied) {
    edit(() -> typist.paste(copied));
  }

  private void edit(Runnable edits) {
    offers.edited();
    editor.batch(edits);
    showState();
  }

  /** Shows what depends on the text and the cursor; suggestions follow when they are there. */
  private void showState() {
    if (view == null) {
      return;
    }
    view.keyboard().setShift(typist.shift());
    typist.setLocale(Casing.locale(languages.tag()));
    view.setLanguage(languages.tag(), languages.name());
    Request request = typist.request();
    if (request == null) {
      offers.forget(); // What was asked of the text before is not to be shown here.
      view.suggestionBar().clear();
    } else if (languages.failure() != null) {
      view.suggestionBar().showFailure(languages.failure());
    } else {
      languages.request(request, suggestions -> show(request, suggestions));
      offers.request(request, view.suggestionBar()::showAction);
    }
  }

  private void show(Request request, List<Suggestion> suggestions) {
    if (typist.offer(request, suggestions)) {
      view.suggestionBar().show(suggestions);
    }
  }

  private void showInline(List<View> offers) {
    if (view != null) {
      view.showInline(offers);
    }
  }

  private Arrangement arrangement() {
    return new Arrangement(
        typist.field().kind(),
        languages.areSeveral() || others.areOffered(),
        Setting.NUMBER_ROW.isOn(this) && getResources().getBoolean(R.bool.number_row),
        Setting.SPLIT.isOn(this) && getResources().getBoolean(R.bool.split));
  }

  private void showOneHanded() {
    boolean hasRoom = getResources().getBoolean(R.bool.one_handed);
    view.setOneHanded(Setting.ONE_HANDED.isOn(this) && hasRoom, Setting.LEFT_HAND.isOn(this));
  }

  private FieldPolicy policy(EditorInfo field) {
    boolean guesses = Setting.CAPITALS.isOn(this);
    int inputType = guesses ? field.inputType : field.inputType & ~CAPITALS;
    return FieldPolicy.of(inputType, field.imeOptions);
  }

  private void switchLanguage() {
    if (languages.areSeveral()) {
      languages.next();
    } else {
      others.next();
    }
  }
}
