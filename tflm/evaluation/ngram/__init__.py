"""An n-gram model by Kneser and Ney: the baseline."""
