/** The pages of the app, what users can turn on and off, and the words that they taught it. */
package org.tflm.keyboard.settings;
