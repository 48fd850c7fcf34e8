// Answers with one step of a model, again and again, by TensorFlow Lite's C API:
// a JVM for the processor of a phone would be much to emulate.
//
//   step MODEL
//
// Reads an int32 token and S floats of state from standard input and writes V
// floats of logits and S of state to standard output, until the input ends.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Of tensorflow/lite/c/c_api.h, which the archive of the library has in parts.
typedef struct Model Model;
typedef struct Options Options;
typedef struct Interpreter Interpreter;
typedef struct Runner Runner;
typedef struct Tensor Tensor;
Model *TfLiteModelCreateFromFile(const char *path);
Options *TfLiteInterpreterOptionsCreate(void);
void TfLiteInterpreterOptionsSetNumThreads(Options *, int32_t threads);
Interpreter *TfLiteInterpreterCreate(const Model *, const Options *);
Runner *TfLiteInterpreterGetSignatureRunner(const Interpreter *, const char *);
Tensor *TfLiteSignatureRunnerGetInputTensor(Runner *, const char *name);
const Tensor *TfLiteSignatureRunnerGetOutputTensor(const Runner *, const char *);
int TfLiteSignatureRunnerAllocateTensors(Runner *);  // 0 is well, as below.
int TfLiteSignatureRunnerInvoke(Runner *);
void *TfLiteTensorData(const Tensor *);
size_t TfLiteTensorByteSize(const Tensor *);

// Android keeps its stack guard at 40 bytes from the thread pointer of ARM64,
// where glibc puts the program's thread-local variables. This one holds the
// place, so that nothing else changes the guard while a function runs.
__thread volatile char bionic_slots[64];

static void check(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "step: %s\n", what);
  exit(1);
}

static int receive(void *data, size_t bytes) {
  return fread(data, 1, bytes, stdin) == bytes;
}

static void send(const Tensor *tensor) {
  size_t bytes = TfLiteTensorByteSize(tensor);
  check(fwrite(TfLiteTensorData(tensor), 1, bytes, stdout) == bytes,
        "nobody reads the answer");
}

int main(int count, char **arguments) {
  check(count == 2, "give one model");
  bionic_slots[0] = 0;
  Model *model = TfLiteModelCreateFromFile(arguments[1]);
  check(model != NULL, "the model cannot be read");
  Options *options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreterOptionsSetNumThreads(options, 1);
  Interpreter *interpreter = TfLiteInterpreterCreate(model, options);
  check(interpreter != NULL, "TensorFlow Lite refuses the model");
  Runner *step =
      TfLiteInterpreterGetSignatureRunner(interpreter, "step");
  check(step != NULL, "the model has no signature step");
  check(TfLiteSignatureRunnerAllocateTensors(step) == 0, "no memory");
  Tensor *token = TfLiteSignatureRunnerGetInputTensor(step, "token");
  Tensor *state = TfLiteSignatureRunnerGetInputTensor(step, "state");
  while (receive(TfLiteTensorData(token), TfLiteTensorByteSize(token)) &&
         receive(TfLiteTensorData(state), TfLiteTensorByteSize(state))) {
    check(TfLiteSignatureRunnerInvoke(step) == 0, "the step fails");
    send(TfLiteSignatureRunnerGetOutputTensor(step, "logits"));
    send(TfLiteSignatureRunnerGetOutputTensor(step, "state"));
    fflush(stdout);
  }
  return 0;
}
