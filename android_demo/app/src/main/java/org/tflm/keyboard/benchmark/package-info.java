/** How fast a model is on this phone, in a process of its own. Uses views and models. */
package org.tflm.keyboard.benchmark;
