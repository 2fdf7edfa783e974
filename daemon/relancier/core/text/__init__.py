"""Text from anyone made comparable: words, sentences, days, amounts, numbers; typography of our own."""
