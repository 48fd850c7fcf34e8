/** What a keyboard does, without Android: edits a text, suggests words for it, reads bundles. */
package org.tflm.keyboard.core;
