"""Models of Keras 3, tf_keras and TF-MOT, in and out."""
