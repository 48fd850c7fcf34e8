package org.tflm.keyboard.benchmark;

import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.content.ServiceConnection;
import android.os.Bundle;
import android.os.Handler;
import android.os.IBinder;
import android.os.Looper;
import android.os.Message;
import android.os.Messenger;
import android.os.RemoteException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.json.JSONObject;
import org.tflm.keyboard.core.BundleException;

/**
 * Has a model that came from elsewhere measured by {@link ForeignModelService}, in a process that
 * can read nothing but its files, and that it may end.
 */
final class ForeignModel implements ServiceConnection {
  private final Context context;
  private final ForeignFiles files;
  private final Bundle extras;
  private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>(); // Bundles, or why none.

  /**
   * @param extras say what is to be measured, as {@link BenchmarkPlan} reads them
   */
  ForeignModel(Context context, ForeignFiles files, Bundle extras) {
    this.context = context;
    this.files = files;
    this.extras = extras;
  }

  /**
   * Returns what was measured.
   *
   * @throws InterruptedException the thread was interrupted
   * @throws Exception it could not be measured
   */
  JSONObject measure() throws Exception {
    Intent service = new Intent(context, ForeignModelService.class);
    // Important: it runs on the cores on which this app's page would.
    int flags = Context.BIND_AUTO_CREATE | Context.BIND_IMPORTANT;
    try {
      if (!context.bindService(service, this, flags)) {
        throw new IllegalStateException("there is no process for a foreign model");
      }
      return new JSONObject(text());
    } finally {
      context.unbindService(this);
    }
  }

  private String text() throws Exception {
    StringBuilder text = new StringBuilder();
    while (true) {
      Object answer = answers.take();
      if (answer instanceof Exception) {
        throw (Exception) answer;
      }
      Bundle part = (Bundle) answer;
      if (part.containsKey(ForeignModelService.ERROR)) {
        throw new BundleException(part.getString(ForeignModelService.ERROR));
      }
      text.append(part.getString(ForeignModelService.TEXT));
      if (part.getBoolean(ForeignModelService.IS_LAST)) {
        return text.toString();
      }
    }
  }

  @Override
  public void onServiceConnected(ComponentName name, IBinder binder) {
    Message asked = Message.obtain();
    asked.getData().putBundle(ForeignModelService.EXTRAS, extras);
    asked.getData().putBundle(ForeignModelService.FILES, files.bundle());
    asked.replyTo =
        new Messenger(
            new Handler(Looper.getMainLooper(), part -> answers.add(new Bundle(part.getData()))));
    try {
      new Messenger(binder).send(asked);
    } catch (RemoteException error) {
      answers.add(error);
    }
  }

  @Override
  public void onServiceDisconnected(ComponentName name) {
    answers.add(
        new BundleException(
            files.name() + " has ended the process that measured it: see adb logcat -b crash"));
  }
}
