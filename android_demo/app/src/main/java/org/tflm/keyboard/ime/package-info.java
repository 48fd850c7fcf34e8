/** The keyboard as Android knows it: the service, the field before it, its languages. On top. */
package org.tflm.keyboard.ime;
