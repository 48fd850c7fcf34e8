/** How fast a model is on this phone, in a process of its own. Above the views and the models. */
package org.tflm.keyboard.benchmark;
