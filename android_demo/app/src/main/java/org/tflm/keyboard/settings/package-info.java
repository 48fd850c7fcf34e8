/** The pages of the app, what users set there, and the words that they taught it. */
package org.tflm.keyboard.settings;
