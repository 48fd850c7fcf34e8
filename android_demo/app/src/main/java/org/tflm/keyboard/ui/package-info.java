/** The keyboard as it is seen and touched: keys, their pages, suggestions. Uses the core only. */
package org.tflm.keyboard.ui;
