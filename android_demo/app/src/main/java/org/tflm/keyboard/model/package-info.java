/** Where bundles are, and TensorFlow Lite, which runs their models. Above the core only. */
package org.tflm.keyboard.model;
