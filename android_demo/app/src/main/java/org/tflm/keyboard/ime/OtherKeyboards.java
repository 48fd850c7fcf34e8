package org.tflm.keyboard.ime;

import android.inputmethodservice.InputMethodService;
import android.os.Build;
import android.os.IBinder;
import android.view.inputmethod.InputMethodManager;

/** The way from this keyboard to the phone's others. */
final class OtherKeyboards {
  private final InputMethodService service;
  private final InputMethodManager manager;

  OtherKeyboards(InputMethodService service) {
    this.service = service;
    manager = service.getSystemService(InputMethodManager.class);
  }

  /** Tells whether the system wants a key that leads there; often it shows one itself. */
  boolean areOffered() {
    return Build.VERSION.SDK_INT >= Build.VERSION_CODES.P
        ? service.shouldOfferSwitchingToNextInputMethod()
        : manager.shouldOfferSwitchingToNextInputMethod(token());
  }

  /** Goes to the next one. */
  void next() {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
      service.switchToNextInputMethod(false);
    } else {
      manager.switchToNextInputMethod(token(), false);
    }
  }

  /** Lets the user choose one from the system's list. */
  void list() {
    manager.showInputMethodPicker();
  }

  private IBinder token() {
    return service.getWindow().getWindow().getAttributes().token;
  }
}
