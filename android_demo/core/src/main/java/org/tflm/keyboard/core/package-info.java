/** What a keyboard does, without Android: words, what keys do to a text, who predicts what. */
package org.tflm.keyboard.core;
