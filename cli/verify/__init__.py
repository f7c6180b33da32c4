"""The checker: reads the topics and every store from outside, and says whether what must hold holds."""
