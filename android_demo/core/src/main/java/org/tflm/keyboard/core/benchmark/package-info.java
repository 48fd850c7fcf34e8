/** How long steps and keystrokes take, in the terms of Python's results. */
package org.tflm.keyboard.core.benchmark;
