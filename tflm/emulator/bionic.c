// Android's C library, bionic, for a library of an app that runs on Linux.
//
// An Android library asks for symbols as `sysconf@LIBC` of a libc.so, which
// glibc (libc.so.6, GLIBC_2.x) never answers. This file becomes that libc.so:
// the library itself stays byte for byte the one of the app. What means the
// same in both C libraries is passed on by `SAME`, one line for each symbol that
// the library wants, in the same.h that bionic.py writes. Here is what differs.
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#define JUMP(name) "jmp " #name "@PLT"
#elif defined(__aarch64__)
#define JUMP(name) "b " #name
#endif

// The single @ makes it no default version, so that `name` here is glibc's.
#define SAME(name)                           \
  __asm__(".globl same_" #name "\nsame_" #name ": " JUMP(name) "\n" \
          ".symver same_" #name ", " #name "@LIBC");
#include "same.h"

// The next function or variable is what the library gets as `name`.
#define BIONIC(name) __attribute__((symver(#name "@LIBC")))

// What glibc calls otherwise, or has not.

BIONIC(__errno) int *bionic_errno(void) { return __errno_location(); }

// Its callers were compiled with the size of the buffer, to check it.
BIONIC(__strlen_chk) size_t bionic_strlen_chk(const char *text, size_t size) {
  (void)size;
  return strlen(text);
}

// cpuinfo asks for the name of the board. There is none.
BIONIC(__system_property_get)
int bionic_property_get(const char *name, char *value) {
  (void)name;
  value[0] = '\0';
  return 0;
}

BIONIC(android_set_abort_message)
void bionic_abort_message(const char *message) {
  fprintf(stderr, "abort: %s\n", message);
}

// Where TensorFlow Lite says what it refuses. It is asked for without a version.
int __android_log_vprint(int priority, const char *tag, const char *format,
                         va_list arguments) {
  fprintf(stderr, "log %d %s: ", priority, tag);
  int size = vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  return size;
}

// Standard streams are places in an array there, and pointers here.

enum { FILE_BYTES = 152 };  // sizeof(FILE) of bionic, 64 bits.
BIONIC(__sF) char bionic_streams[3 * FILE_BYTES];

static FILE *stream(FILE *file) {
  FILE *const streams[] = {stdin, stdout, stderr};
  for (int i = 0; i < 3; i++)
    if ((char *)file == bionic_streams + i * FILE_BYTES) return streams[i];
  return file;  // One that glibc's fopen gave.
}

BIONIC(vfprintf)
int bionic_vfprintf(FILE *file, const char *format, va_list arguments) {
  return vfprintf(stream(file), format, arguments);
}

BIONIC(fprintf) int bionic_fprintf(FILE *file, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int size = vfprintf(stream(file), format, arguments);
  va_end(arguments);
  return size;
}

BIONIC(fputc) int bionic_fputc(int c, FILE *file) {
  return fputc(c, stream(file));
}

BIONIC(fwrite)
size_t bionic_fwrite(const void *from, size_t size, size_t count, FILE *file) {
  return fwrite(from, size, count, stream(file));
}

BIONIC(fflush) int bionic_fflush(FILE *file) { return fflush(stream(file)); }

// The numbers of bionic's <bits/sysconf.h>.
BIONIC(sysconf) long bionic_sysconf(int name) {
  switch (name) {
    case 0x27:
    case 0x28:
      return sysconf(_SC_PAGESIZE);
    case 0x60:
      return sysconf(_SC_NPROCESSORS_CONF);
    case 0x61:
      return sysconf(_SC_NPROCESSORS_ONLN);
    case 0x62:
      return sysconf(_SC_PHYS_PAGES);
    case 0x63:
      return sysconf(_SC_AVPHYS_PAGES);
  }
  errno = EINVAL;
  return -1;
}

// POSIX's, as here in the source; glibc's symbol of that name is GNU's, which
// returns a pointer.
BIONIC(strerror_r) int bionic_strerror_r(int error, char *text, size_t size) {
  return strerror_r(error, text, size);
}

// glibc's would clear 48 bytes on ARM64 where bionic's mutex has 40. It uses no
// more than 40 of them, and all zeros is a plain mutex in both.
BIONIC(pthread_mutex_init)
int bionic_mutex_init(void *mutex, const pthread_mutexattr_t *attributes) {
  if (attributes) return EINVAL;
  memset(mutex, 0, 40);
  return 0;
}
