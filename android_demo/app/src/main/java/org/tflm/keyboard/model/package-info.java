/** Where bundles are, and TensorFlow Lite, which runs their models. Uses the core only. */
package org.tflm.keyboard.model;
