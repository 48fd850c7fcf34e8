package org.tflm.keyboard.core;

/** What a bundle's model is for. */
public enum Task {
  /** It says how likely each next word is: a language model. */
  PREDICT("a language model's", "suggests words"),
  /** It labels the words of a sentence: a tagger. */
  TAG("a tagger's", "labels words");

  private final String whose;
  private final String does;

  Task(String whose, String does) {
    this.whose = whose;
    this.does = does;
  }

  /** Returns whose bundle it is, for people: {@code a tagger's}. */
  String whose() {
    return whose;
  }

  /** Returns what the model does, for people. */
  String does() {
    return does;
  }
}
