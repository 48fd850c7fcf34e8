package org.tflm.keyboard.settings;

import android.os.Bundle;
import android.text.TextUtils;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Files;
import org.tflm.keyboard.core.Golden;
import org.tflm.keyboard.core.ModelBundle;
import org.tflm.keyboard.core.TagSteps;
import org.tflm.keyboard.core.TaggerBundle;
import org.tflm.keyboard.core.TaggerGolden;
import org.tflm.keyboard.core.Task;
import org.tflm.keyboard.model.Bundles;
import org.tflm.keyboard.model.Failures;
import org.tflm.keyboard.model.StepModel;
import org.tflm.keyboard.model.StepModels;
import org.tflm.keyboard.ui.Page;

/** Shows what each model is, or why it cannot be used, and whether it answers as expected here. */
public final class ModelActivity extends Page {
  public ModelActivity() {
    super(R.layout.text_page);
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    TextView content = findViewById(R.id.content);
    content.setText(R.string.reading);
    new Thread(
            () -> {
              String text = text();
              runOnUiThread(() -> content.setText(text));
            },
            "tflm-model")
        .start();
  }

  private String text() {
    List<String> folders = Bundles.folders(getAssets(), Task.PREDICT);
    if (folders.isEmpty()) {
      return getString(R.string.no_suggestions, getString(R.string.no_bundle));
    }
    StringBuilder text = new StringBuilder();
    for (String folder : folders) {
      text.append(text.length() == 0 ? "" : "\n\n\n").append(text(folder));
    }
    for (String folder : Bundles.folders(getAssets(), Task.TAG)) {
      text.append("\n\n\n").append(tagger(folder));
    }
    return text.toString();
  }

  private String text(String folder) {
    try {
      Files files = Bundles.files(getAssets(), folder);
      org.tflm.keyboard.core.Bundle bundle = org.tflm.keyboard.core.Bundle.read(files);
      return facts(bundle) + ("\n\n" + check(folder, files, bundle)) + rest(bundle);
    } catch (BundleException error) {
      return getString(R.string.model_unfit, folder, error.getMessage());
    }
  }

  private String tagger(String folder) {
    try {
      Files files = Bundles.files(getAssets(), folder);
      TaggerBundle bundle = TaggerBundle.read(files);
      return facts(bundle) + ("\n\n" + check(folder, files, bundle)) + rest(bundle);
    } catch (BundleException error) {
      return getString(R.string.model_unfit, folder, error.getMessage());
    }
  }

  private String rest(ModelBundle bundle) {
    return ("\n\n" + getString(R.string.metrics) + metrics(bundle.metrics()))
        + ("\n\n" + getString(R.string.card) + "\n\n" + bundle.card());
  }

  private String facts(ModelBundle bundle) {
    Locale locale = Locale.forLanguageTag(bundle.language());
    return getString(
        R.string.model_facts,
        bundle.name(),
        locale.getDisplayLanguage(),
        bundle.modelBytes(),
        bundle.vocabulary().size(),
        bundle.recipe(),
        bundle.minimumRuntime(),
        bundle.operations(),
        bundle.modelSha256());
  }

  /** Runs the model on the texts of the golden file, which takes some tens of steps. */
  private String check(String folder, Files files, org.tflm.keyboard.core.Bundle bundle) {
    try (StepModel step = StepModels.open(this, folder, bundle)) {
      return answers(Golden.read(files, bundle.vocabulary()).check(step));
    } catch (BundleException | RuntimeException | LinkageError error) {
      return Failures.line(this, error);
    }
  }

  private String check(String folder, Files files, TaggerBundle bundle) {
    try (TagSteps steps = StepModels.open(this, folder, bundle)) {
      return answers(TaggerGolden.read(files, bundle).check(steps));
    } catch (BundleException | RuntimeException | LinkageError error) {
      return Failures.line(this, error);
    }
  }

  private String answers(Golden.Result found) {
    if (found.passes()) {
      return getString(
          R.string.model_agrees, found.steps(), found.largestDifference(), found.tolerance());
    }
    List<String> lines = new ArrayList<>(found.wrongLogits());
    lines.addAll(found.otherWords());
    return getString(R.string.model_disagrees, TextUtils.join("\n", lines));
  }

  private static String metrics(Map<String, Double> metrics) {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
      double value = metric.getValue();
      String format = value == Math.rint(value) ? "%,.0f" : "%.4f";
      lines.append('\n').append(metric.getKey().replace('_', ' ')).append(": ");
      lines.append(String.format(Locale.getDefault(), format, value));
    }
    return lines.toString();
  }
}
