/** The keyboard as Android knows it: the service, the field before it, its languages. */
package org.tflm.keyboard.ime;
